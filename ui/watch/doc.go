// Package watch joins a source, a history and the judge: what the source says
// goes into the history, what is new is judged, and the outcome comes out as a
// [State], complete and unchanging, for a screen or a report to show.
package watch
