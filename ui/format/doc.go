// Package format formats numbers, times and names for the screen: short, of
// uniform width, and safe for a terminal.
//
// Bytes are in IEC units, as in "412 MiB"; rates are per hour, as in
// "+38.4 MiB/h"; a number of an unknown unit is followed by the unit's name.
package format
