// Package overlay has what is temporarily drawn over a page: the filter prompt, the
// help, the menu of profiles, the file prompt, a question, and the progress of a
// request. Overlays form a stack: the top one is drawn and gets the keys.
package overlay
