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
//   - Growth that several functions allocate for one that calls them, such as the parts of
//     an entry, is found in the sum of what is allocated below that. Without it, recall on
//     simulated leaks of 10 to 160 KiB/s in two to five functions falls from 0.7 to 0.5.
//   - Growth that is thin in each function is found in the sum of all.
//   - What replaces what code of the same package allocated, as in a cache that was full
//     from the start, is judged together with that.
//   - The collector's goal, where available, is a second opinion on the heap without
//     sampling error.
//   - The memory of goroutine stacks, where their number does not explain it, is
//     recursion that goes ever deeper.
//   - Memory outside of Go is resident memory beyond what the runtime holds; only the
//     anonymous part, where that is known.
//
// A suspect remains one until growth that was due has failed to appear: a momentary
// lack of evenness is not an end. It is withdrawn at once if it begins to free as much
// as it allocates, as a cache does when it is full, or gives back much of what it
// retained. The numbers of the method are in params.go, each
// with its meaning, unit and source.
//
// TestAblation removes each rule in turn, on two halves of the simulated services. What
// remains, and why:
//
//   - Significance, the slope's too, the distance from a line, the last quarter, the
//     effective steps and the median under turnover: without one of them, recorded
//     services that do not leak, or not surely, are leaks or no longer steady.
//   - Slowing down, in other windows as well, and the load that growth may follow while
//     young: without them, warm-ups, walks and ramps of simulated services are leaks for
//     a while.
//   - Turnover of goroutines, rising troughs and evenness in the sequential test: without
//     them, long polls and saws are.
//   - Pauses and ends, and what is freed again: without them, what is full is a leak for
//     longer.
//   - A longer watch of growth by few sampled objects: without it, twice as many simulated
//     look-alikes of which several functions allocate a part are leaks for a while (TestJoint).
//   - Gaps, few steps and the ends that the collector's goal shows: each has a test of the
//     service that it is for.
//   - The sequential test and the goal find leaks sooner. Several polls in a row and
//     standing by a suspect keep verdicts from changing back and forth.
//
// Removed, because neither the simulated services nor 160 recorded ones changed, all of
// them removed together: a limit on the largest three steps, the position of the middle
// trough of a saw, a stricter limit on pauses while young, an exception for a constant
// load, and a test for replacement.
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
