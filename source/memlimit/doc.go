// Package memlimit keeps this process from using up the memory of the machine, of
// its container, or of whatever shares them.
//
// [Apply] sets two limits once, at the start: close to the first the garbage
// collector works harder ([debug.SetMemoryLimit]), and the kernel refuses memory
// beyond the second, so that one wrong allocation ends this process and not the
// machine. A [Gauge] measures how close the first is, for callers that can release
// some of what they hold.
package memlimit
