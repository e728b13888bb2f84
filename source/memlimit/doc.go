// Package memlimit keeps this process from taking the memory of the machine, of
// its container, or of whoever shares them.
//
// [Apply] sets two limits once, at the start: the garbage collector works harder
// when the first is near ([debug.SetMemoryLimit]), and the kernel refuses memory
// beyond the second, so that one allocation gone wrong ends this process and not
// the machine. A [Gauge] says how near the first is, for whoever can do without
// some of what it holds.
package memlimit
