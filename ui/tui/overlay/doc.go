// Package overlay is what is drawn over a page for a while: the filter's prompt,
// the help, the menu of profiles, the prompt for a file, a question, and how far
// something is that the target was asked for. They are one stack: the top one is
// drawn, and gets the keys.
package overlay
