// Package leak judges whether a service leaks: who, how fast, why, and what to change.
// It also says what only looks like a leak, and what it cannot see. Everything that
// decides a verdict, a rate or a blind spot is here; callers render.
//
// Once a poll, [Judge] is given an [Input]: the series of the blamed functions of the
// heap, of the goroutine stacks and of the process's memory, and how well the polls cover
// them. It answers with a [Report]. It keeps nothing between polls: what must hold for
// several of them is looked up in the series, so that any moment of a recording is judged
// as it was live. [Track] follows the reports of one process, [Conclude] makes the report
// on a whole watch.
//
// # Method
//
// Detectors (a type and a row of a table each) look for growth of their kind by the
// retained floor: what was never given back. Growth must be material, significant for what
// the sampler saw, even, and last until now; [Shape] names what it is otherwise.
//
//   - One growing object fills by steps, which lie on a line.
//   - What keeps growing in equal steps at regular times is found by these.
//   - Goroutines that only come are judged early, by a sequential test.
//   - Growth that is thin in each function is found in the sum of all.
//   - The goal of the collector, where it is told, is a second opinion of the heap that has
//     no sampling error.
//   - Memory outside of Go is what is resident beyond what the runtime holds; of anonymous
//     memory alone, where that is known.
//
// A suspect stands until what was due has not come: that evenness wavers is no end. The
// numbers of the method are in params.go, each with its meaning, unit and source.
//
// # Blame
//
// [Signatures] know the cause and the fix by the stacks. A signature of a primitive holds
// only where no library is between it and the service's code. Goroutines whose frames are
// all of libraries are the shadow of what the service made and did not close: they are
// blamed on their creator, by a trace or by the stacks of the heap, and are one suspect.
//
// Nothing here does IO or reads a clock.
package leak
