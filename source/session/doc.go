// Package session joins a source, a history and the judge: what the source sends is
// added to the history, what is new is judged, and the result is published as an
// immutable [State], for a screen or a report to show.
package session
