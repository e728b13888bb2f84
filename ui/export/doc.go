// Package export writes what is on screen to a file.
//
// A page describes itself as a [Document]: what it shows, as data. [Formats] is
// the table of file formats, each with its writer in a file of its own. Every
// format states the target, the time, what the values are, and how they were
// filtered, sorted and compared.
package export
