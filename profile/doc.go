// Package profile holds what a Go service's profiles say and how that changes.
//
// A profile arrives as a [Capture], the bytes as an endpoint sent them.
// [HistoryBuilder.ParseCapture] turns it into a [Snapshot]: one [Sample] per distinct
// [Stack], with the stacks interned in [Symbols] so that a watch of hours holds each
// stack once. A [HistoryBuilder] takes snapshots, memory readings and events in the order they
// happened, recognizes repeats and restarts, and keeps a bounded series for each
// stack. Its immutable state, a [History], answers the questions of a view:
// [History.Rows] for tables, [History.Groups] for the judge of package leak.
//
// The vocabulary is that of github.com/google/pprof/profile. Nothing here does
// IO, reads a clock or knows a terminal: times come with the data.
package profile
