// Package overlay has what is drawn over a page for a while: the prompt of the filter,
// the help, the menu of profiles, the prompt for a file, a question, and the progress
// of a request. Overlays form a stack: the top one is drawn and gets the keys.
package overlay
