// Package report writes the outcome of a watch without a screen: as text, JSON or
// markdown. It decides nothing and reads nothing but a [Result].
//
// A format is one writer of a Result and one row in formats.go.
package report
