// Package export writes what is on screen to a file.
//
// A page describes what it shows as data, a [Document]. [Formats] is the table of file
// formats; the writer of each has its own file. Every format states the target, the
// time, what the values are, and how they were filtered, sorted and compared.
package export
