// Package export writes what is on screen to a file.
//
// A page gives itself away as a [Document]: what it shows, as data. [Formats] is
// the table of formats, by the ending of the file's name, with one writer a file
// of this package. All of them say the same: which target, when, what the values
// are, and what was filtered, sorted and compared.
package export
