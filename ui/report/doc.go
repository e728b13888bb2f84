// Package report writes the [Result] of a watch as text, JSON, Markdown or JUnit XML.
//
// A format is one writer of a Result and one row in formats.go.
package report
