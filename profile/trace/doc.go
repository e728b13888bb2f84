// Package trace finds out from an execution trace what starts goroutines. For
// goroutines without any user code on their stack, it follows the stacks of their
// creation, of their creator's creation, and so on.
//
// The trace is the response of /debug/pprof/trace?seconds=3, read with
// golang.org/x/exp/trace. [Read] collects the goroutines that were started during
// the trace and still exist at its end, grouped by where they wait and how they
// were created. [Trace.Creators] names the functions behind them, of user code or
// else of dependencies. Traces are not trusted: size, counts and time are bounded.
package trace
