// Package goroutines holds the scenarios of the sample service in which the number of
// goroutines grows: one file each.
package goroutines

import "github.com/leaktop/leaktop/source/demo/shop"

// packagePrefix is the prefix of this package's function names in profiles.
const packagePrefix = "github.com/leaktop/leaktop/source/demo/goroutines."

// Scenarios returns the table of this package's scenarios.
func Scenarios() []shop.Scenario {
	return []shop.Scenario{
		stuckSend,
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
		condUnsignaled,
		selectForever,
		nilChannel,
		transportPerCall,
		idleClients,
		unclosedRows,

		bursts,
		workerPool,
		longPoll,
		manyGoroutines,
	}
}

// wantGoroutines returns the Want of goroutines blocked in a function of this
// package.
func wantGoroutines(function, signature string) shop.Want {
	return shop.NewWant(shop.GrowsGoroutines, packagePrefix+function, signature)
}
