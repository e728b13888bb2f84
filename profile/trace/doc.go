// Package trace finds in an execution trace who starts goroutines: for those
// on whose stack stands nothing of the user's code, it follows the stacks of
// their creation, that of their creator's, and so on.
//
// The trace is what /debug/pprof/trace?seconds=3 answers, read with
// golang.org/x/exp/trace. [Read] takes from it the goroutines that were started
// meanwhile and are still there at its end, together by where they wait and by
// how they came to be; [Trace.Creators] says which functions of the user's or,
// failing that, of a dependency are behind them. What comes is bounded in size,
// number and time, and may be hostile.
package trace
