// Package memory holds the scenarios of the sample service in which memory grows, in
// the Go heap or outside of it: one file each.
package memory

import "github.com/leaktop/leaktop/source/demo/shop"

// packagePrefix is the prefix of this package's function names in profiles.
const packagePrefix = "github.com/leaktop/leaktop/source/demo/memory."

// Scenarios returns the table of this package's scenarios.
func Scenarios() []shop.Scenario {
	return []shop.Scenario{
		growingSlice,
		unclosedFiles,
		droppedCancel,
		growingArray,
		growingBuffer,
		syncMap,
		unboundedMap,
		slowConsumer,
		longTimers,
		pinnedBlock,
		finalizerCycle,
		offHeap,

		sawtooth,
		warmUp,
		lruCache,
		ttlCache,
		batch,
		steps,
		sineLoad,
		randomWalk,
		slowingFill,
	}
}

// wantHeap returns the Want of live heap allocated by a function of this
// package.
func wantHeap(function, signature string) shop.Want {
	return shop.NewWant(shop.GrowsHeap, packagePrefix+function, signature)
}
