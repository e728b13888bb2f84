// Package format writes numbers, times and names as they stand on the screen:
// short, of even width, and safe for a terminal.
//
// Bytes are in IEC units, as in "412 MiB"; rates are per hour, as in
// "+38.4 MiB/h"; a number of unknown unit keeps its unit's name.
package format
