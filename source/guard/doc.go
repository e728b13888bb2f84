// Package guard runs commands that end with this program, whatever ends it: a
// return, a signal, a kill -9. Their children end with them.
package guard
