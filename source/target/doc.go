// Package target parses what the user wants to watch: an argument of the command line becomes a
// [Target], by the table of forms. It opens nothing; package source does that.
package target
