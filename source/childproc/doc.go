// Package childproc runs commands that end when this program ends, however it
// ends: by returning, by a signal or by kill -9. Their children end with them.
package childproc
