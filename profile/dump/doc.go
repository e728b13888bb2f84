// Package dump reads full goroutine dumps: the text that
// /debug/pprof/goroutine?debug=2 answers, as of an unrecovered panic.
//
// It tells of each goroutine what no profile does: its number, what it waits
// for ("chan receive (nil chan)"), for how many minutes, and which function
// started it. [Parse] puts goroutines that stand at the same place together, so
// that they can be found by the stacks of a profile ([profile.Key]); [Stayed]
// compares two dumps: goroutines of a leak are still there half a minute later,
// those of a busy service are others.
package dump
