package leak

// lockSignatures are goroutines that wait for locks and their kin.
var lockSignatures = []Signature{
	{
		ID: "rwmutex-writer-waits", Title: "Waiting to write-lock an RWMutex", Kind: Goroutine,
		Stacks: []pattern{{"...", "sync.(*RWMutex).Lock"}},
		Says:   "%s waits for the write lock of an RWMutex", Alone: "goroutines wait for the write lock of an RWMutex",
		Cause:   "Somebody keeps the lock: an Unlock or RUnlock is missing, or two locks are taken in different orders.",
		Fix:     "Unlock with defer right after the lock.",
		Example: "mu.Lock()\ndefer mu.Unlock()", Confidence: High,
	},
	{
		ID: "rwmutex-reader-waits", Title: "Waiting to read-lock an RWMutex", Kind: Goroutine,
		Stacks: []pattern{{"...", "sync.(*RWMutex).RLock"}},
		Says:   "%s waits for the read lock of an RWMutex", Alone: "goroutines wait for the read lock of an RWMutex",
		Cause:   "A writer holds the lock or waits for it: an Unlock or RUnlock is missing, or RLock is called twice by one goroutine.",
		Fix:     "Unlock with defer right after the lock; never take a read lock again while holding it.",
		Example: "mu.RLock()\ndefer mu.RUnlock()", Confidence: High,
	},
	{
		ID: "mutex-not-unlocked", Title: "Waiting for a mutex", Kind: Goroutine,
		Stacks: []pattern{{"...", "sync.(*Mutex).Lock"}},
		Says:   "%s waits for a mutex that is never unlocked", Alone: "goroutines wait for a mutex that is never unlocked",
		Cause:   "Somebody keeps the mutex: an Unlock is missing on some way out, or two are taken in different orders.",
		Fix:     "Unlock with defer right after the lock.",
		Example: "mu.Lock()\ndefer mu.Unlock()", Confidence: High,
	},
	{
		ID: "waitgroup-done-missed", Title: "Waiting for a WaitGroup", Kind: Goroutine,
		Stacks: []pattern{{"...", "sync.(*WaitGroup).Wait"}},
		Says:   "%s waits for a WaitGroup that is never done", Alone: "goroutines wait for a WaitGroup that is never done",
		Cause:   "A Done is missed: on an early return, on a panic, or Add counted too many.",
		Fix:     "Use wg.Go, or defer wg.Done() as the first line of the goroutine.",
		Example: "wg.Go(func() { work() })\nwg.Wait()", Confidence: High,
	},
	{
		ID: "cond-not-signalled", Title: "Waiting for a sync.Cond", Kind: Goroutine,
		Stacks: []pattern{{"...", "sync.(*Cond).Wait"}},
		Says:   "%s waits on a Cond that nobody signals", Alone: "goroutines wait on a Cond that nobody signals",
		Cause:   "No Signal comes any more: what they wait for was closed without one.",
		Fix:     "Broadcast when it is closed, and check for that in the loop.",
		Example: "q.mu.Lock()\nq.closed = true\nq.mu.Unlock()\nq.cond.Broadcast()", Confidence: High,
	},
}
