// Package command is the command line: one file a command, and the flags that
// they share. It says what the user asked for, and hands it to source, ui and
// ui/check; it watches nothing itself.
package command
