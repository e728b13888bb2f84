// Package target parses what the user wants to watch: it turns an argument of the command line
// into a [Target], by the table of forms. Package source opens targets.
package target
