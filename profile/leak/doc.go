// Package leak judges whether a service leaks: what leaks, how fast, why, and what to
// change. It also says what only resembles a leak, and what it cannot detect.
// Everything that decides a verdict, a rate or a blind spot is here; callers render
// it.
//
// At each poll, [Judge] takes an [Input]: the series of the blamed functions of the
// heap, of the goroutine stacks and of the process's memory, and how well the polls
// cover them. It returns a [Report]. It keeps no state between polls: what must hold
// for several of them is checked in the series, so that any moment of a recording is
// judged as it was live. [Track] follows the reports of one process, and [Conclude]
// makes the report on a whole watch.
//
// # Method
//
// Each detector (a type, and a row of a table) looks for growth of its kind in the
// retained floor: what was never given back. Growth must be material, statistically
// significant, even, and ongoing; otherwise [Shape] says what it is.
//
//   - One growing object fills in steps that lie on a line.
//   - Growth in equal steps at regular times is found by its steps.
//   - Goroutines that only ever increase are judged early, by a sequential test.
//   - Growth that is thin in each function is found in the sum of all.
//   - The collector's goal, where available, is a second opinion on the heap without
//     sampling error.
//   - The memory of goroutine stacks, where their number does not explain it, is
//     recursion that goes ever deeper.
//   - Memory outside of Go is resident memory beyond what the runtime holds; only the
//     anonymous part, where that is known.
//
// A suspect remains one until growth that was due has failed to appear: a momentary
// lack of evenness is not an end. The numbers of the method are in params.go, each
// with its meaning, unit and source.
//
// TestAblation removes each rule in turn, on two halves of the simulated services.
// Alone, most rules change nothing there, because others catch the same; without
// these, alarms pass or leaks take longer: slowing down, other windows that slow
// down, turnover of goroutines, several polls in a row, standing by a suspect, the
// sequential test and the collector's goal. Most others have a test or a recording of
// the case that they are for. The simulated services are too few to show that a rule
// which changes nothing there is needless.
//
// # Blame
//
// [Signatures] identify the cause and the fix from the stacks. A signature of a
// primitive applies only if no library is between the primitive and the service's
// code. Goroutines with only library frames are a side effect of something the service
// created and did not close: they are blamed on their creator, found by a trace or
// from the stacks of the heap, and form one suspect.
//
// Nothing here does IO or reads a clock.
package leak
