package demo

// lookAlikes is the table of what grows for a while and is no leak.
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
