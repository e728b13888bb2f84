// Package session joins a source, a history and the judge: what the source sends
// goes into the history, what is new is judged, and the outcome is published as a
// [State], complete and immutable, for a screen or a report to show.
package session
