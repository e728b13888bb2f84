package demo

// defaultCount is the number of default leaks, which come first in the table.
const defaultCount = 4

// leaks is the table of leaks.
var leaks = []Scenario{
	growingSlice,
	stuckSend,
	unclosedFiles,
	unclosedBody,

	stuckReceive,
	rangeUnclosed,
	errgroupWorkers,
	selectNoDone,
	tickerNoStop,
	longSleep,
	bareSleep,
	mutexHeld,
	rwmutexWriter,
	rwmutexReader,
	waitgroupDone,
	condUnsignalled,
	selectForever,
	nilChannel,
	transportPerCall,
	idleClients,
	unclosedRows,

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
}
