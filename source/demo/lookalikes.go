package demo

// lookAlikes is the table of scenarios that grow for a while but do not leak.
var lookAlikes = []Scenario{
	sawtooth,
	warmUp,
	lruCache,
	ttlCache,
	batch,
	bursts,
	workerPool,
	steps,
	sineLoad,
	randomWalk,
	longPoll,
	slowingFill,
	manyGoroutines,
}
