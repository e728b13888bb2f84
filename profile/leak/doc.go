// Package leak judges whether a service leaks: who, how fast, why, and what to
// change, and says as well what only looks like a leak.
//
// Once a poll a [Judge] is given an [Input], the series of the guilty functions
// of the heap, of the goroutine stacks and of the process's memory, and answers
// with a [Report]. Detectors (one type and one row of a table each) look for
// growth of their kind by the method of the retained floor: what was never given
// back. Where the process tells the goal of its collector, that is a second opinion
// of the heap, free of sampling error. What a detector finds is matched with the
// table of [Signatures], which know the cause and the fix; findings that are one
// leak seen twice are combined; what holds for three polls is a [Suspect], until it
// holds no more.
//
// Nothing here does IO or reads a clock.
package leak
