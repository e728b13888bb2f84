// Package command is the command line: one file per command, and the flags that
// they share. It parses what the user asked for and passes it to the packages that
// do the work.
package command
