// Package dump reads full goroutine dumps: the text served by
// /debug/pprof/goroutine?debug=2, in the format of an unrecovered panic.
//
// A dump has details of each goroutine that no profile has: its number, what it
// waits for ("chan receive (nil chan)"), for how many minutes, and the function
// that started it. [Parse] groups goroutines by their stacks, so that the stacks
// of a profile can be looked up ([profile.StackKey]). [CountRetained] compares two dumps:
// leaked goroutines are still there half a minute later, while a busy service has
// replaced its goroutines.
package dump
