// Package command is the command line: one file per command, and the flags that they
// share. It parses the command line and calls the packages that do the work.
package command
