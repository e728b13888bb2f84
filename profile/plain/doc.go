// Package plain makes text from outside safe to show in a terminal.
//
// Everything that leaktop did not write itself is from outside: names in a
// profile, answers of servers, errors of the system with the names of files in
// them. In such text an escape sequence could move the cursor or set the
// clipboard, and a direction mark could make one name look like another.
//
// Two gates hold whatever the rest of the program does: all that is written to
// standard output and standard error goes through a [Writer], and every screen
// through [Frame]. [Line], [Clip] and [Name] are for text that is measured, cut
// or compared before.
package plain
