// Package overlay contains what is temporarily drawn over a page: the prompt of the
// filter, the help, the menu of profiles, the prompt for a file, a question, and
// the progress of a request. Overlays form a stack: the top one is drawn and gets
// the keys.
package overlay
