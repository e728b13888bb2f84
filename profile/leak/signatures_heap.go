package leak

import "github.com/leaktop/leaktop/profile/leak/callstack"

// derivedContexts are the stacks on which a context is derived that must be canceled.
var derivedContexts = []callstack.Pattern{
	{"context.(*cancelCtx).propagateCancel", "..."},
	{"context.withCancel", "..."},
	{"context.WithCancel*", "..."},
	{"context.WithDeadline*", "..."},
	{"...", "context.(*cancelCtx).propagateCancel", "..."},
	{"...", "context.WithDeadlineCause", "..."},
}

// heapSignatures are specific ways of retaining memory.
var heapSignatures = []Signature{
	{
		ID: "goroutine-shadow", Title: "Memory of the goroutines themselves", Kind: Heap,
		Stacks: []callstack.Pattern{{"...", "runtime.malg", "...", "runtime.newproc1"}, {"...", "runtime.allocm"}},
		Says:   "the runtime's own records of many goroutines (%s)", Alone: "the runtime's own records of many goroutines",
		Cause:   "The runtime keeps a record of each goroutine, so many goroutines take this memory too. It reuses records, but never frees them.",
		Fix:     "Fix the goroutine leak that they belong to.",
		Example: "// see the goroutine suspects", Confidence: Low,
		implications: implications{ofGoroutines: true},
	},
	{
		ID: "buffer-never-reset", Title: "A buffer that is never reset", Kind: Heap,
		Stacks: []callstack.Pattern{{"bytes.growSlice", "bytes.(*Buffer).grow"}, {"bytes.(*Buffer).*"}, {"...", "bytes.(*Buffer).grow"}, {"...", "strings.(*Builder).*"}}, When: oneObject,
		Says: "%s fills a buffer that is never reset", Alone: "a buffer is never reset",
		Cause:   "What is written stays in the buffer, which doubles whenever it is full.",
		Fix:     "Reset it once its content has been used, or write straight to the destination.",
		Example: "w.Write(buf.Bytes())\nbuf.Reset()", Confidence: High,
	},
	{
		ID: "append-only-slice", Title: "A slice that is only appended to", Kind: Heap, When: oneObject,
		Says: "%s only ever adds to one growing slice", Alone: "one slice is only ever added to",
		Cause:   "Nothing removes elements: append copies the slice to larger and larger arrays. A string that is appended to looks the same, and so does a map before Go 1.24.",
		Fix:     "Bound it: use a ring buffer, rotate it, or hand it over and start a new one.",
		Example: "if len(events) >= limit {\n\tevents = slices.Delete(events, 0, len(events)-limit/2)\n}", Confidence: High,
	},
	{
		ID: "library-context-kept", Title: "A context that a library derives is never canceled", Kind: Heap, Library: true, When: calledByLibrary,
		Stacks: derivedContexts,
		Says:   "contexts that {library} derives for %s are never canceled", Alone: "contexts that {library} derives are never canceled",
		Cause:   "{library} derives a context from the one it is given, which references it until it is canceled, by the library itself or when what it returned is closed or waited for. That does not happen.",
		Fix:     "Close, or wait for, what {library} returned. If there is nothing to close, give each call a context of its own and cancel it after the call, which ends all that are derived from it; look for a version of the library that cancels them.",
		Example: "ctx, cancel := context.WithCancel(ctx)\ndefer cancel()\ngroup, ctx := errgroup.WithContext(ctx)", Confidence: High,
	},
	{
		ID: "cancel-dropped", Title: "A context's cancel is never called", Kind: Heap,
		Stacks: derivedContexts,
		Says:   "%s never calls the cancel of a context", Alone: "the cancel of a context is never called",
		Cause:   "A parent context references its children until they are canceled. If every return path calls cancel, something else keeps the contexts, such as a struct or a closure.",
		Fix:     "Call cancel on every return path: defer it.",
		Example: "ctx, cancel := context.WithCancel(ctx)\ndefer cancel()", Confidence: High,
	},
	{
		ID: "types-made-at-run-time", Title: "Types made at run time, which are kept forever", Kind: Heap, When: mostlyOfTypes,
		Says: "%s keeps using new types, each of which is kept forever", Alone: "new types keep being used, each of which is kept forever",
		Cause:   "Package reflect never frees a type made at run time (StructOf, FuncOf, ArrayOf, MapOf and the like), and encoders keep what they know about each type they have seen. Here new types keep coming: they are made from input or other data.",
		Fix:     "Do not make types from data: use a map (map[string]any), encode the fields one by one, or make one type for each of a fixed set of shapes.",
		Example: "values := map[string]any{\"name\": name} // not: reflect.New(reflect.StructOf(fields))", Confidence: High,
		implications: implications{oneLeak: true, origin: describeTypeMaker},
	},
	{
		ID: "sync-map-never-deleted", Title: "A sync.Map whose keys stay", Kind: Heap,
		Stacks: []callstack.Pattern{{"...", "sync.(*Map).*", "user"}},
		Says:   "%s puts keys into a sync.Map and never deletes them", Alone: "keys are put into a sync.Map and never deleted",
		Cause:   "Keys are stored and never deleted.",
		Fix:     "Delete a key when it is no longer needed, or let entries expire.",
		Example: "sessions.Store(id, s)\ndefer sessions.Delete(id)", Confidence: High,
	},
	{
		ID: "pending-timers", Title: "Long timers that hold what they close over", Kind: Heap, When: keepsAll,
		Stacks: []callstack.Pattern{{"...", "time.AfterFunc", "user"}},
		Says:   "%s starts timers that are never stopped", Alone: "timers are never stopped",
		Cause:   "A timer keeps its function, and all that it closes over, until it fires; one that restarts itself keeps it until it is stopped.",
		Fix:     "Stop it when it is no longer needed.",
		Example: "s.expiry = time.AfterFunc(time.Hour, s.expire)\n// and where s ends earlier:\ns.expiry.Stop()", Confidence: High,
		implications: implications{ofLittle: true},
	},
	{
		ID: "file-not-closed", Title: "Files not closed", Kind: Heap,
		Stacks: []callstack.Pattern{{"...", "os.newFile", "..."}}, When: filesStayOpen,
		Says: "%s opens files and never closes them", Alone: "files are not closed",
		Cause:   "Files are opened and never closed.",
		Fix:     "Close them on every return path; check the number of open descriptors (ls /proc/PID/fd).",
		Example: "f, err := os.Open(name)\nif err != nil {\n\treturn err\n}\ndefer f.Close()", Confidence: High,
		implications: implications{keepsFiles: true},
	},
	{
		ID: "buffers-kept", Title: "Buffers of connections or streams that are kept", Kind: Heap, When: keepsAll,
		Stacks: []callstack.Pattern{{"bufio.NewReaderSize", "..."}, {"bufio.NewWriterSize", "..."}},
		Says:   "%s keeps the buffers of connections or streams", Alone: "buffers of connections or streams are kept",
		Cause:   "Each buffer belongs to a connection or stream that is still referenced: kept in a collection (a map, a slice) after its end, or never closed, such as by a defer in a loop that does not end.",
		Fix:     "Remove it from the collection when it ends, and close it (in a loop without defer, which runs only when the function returns); check the number of open descriptors (ls /proc/PID/fd).",
		Example: "defer func() {\n\thub.mu.Lock()\n\tdelete(hub.conns, conn)\n\thub.mu.Unlock()\n\tconn.Close()\n}()", Confidence: High,
		implications: implications{keepsFiles: true},
	},
}

// generalSignatures apply if no specific one does.
var generalSignatures = []Signature{
	{
		ID: "subslice-pins-block", Title: "Large blocks are all kept, or pinned by a small part", Kind: Heap,
		Stacks: []callstack.Pattern{{"user"}, {"os.ReadFile", "..."}, {"io.ReadAll", "..."}, {"internal/bytealg.*", "..."}, {"strings.*"}, {"bytes.*"}}, When: largeBlocks,
		Says: "%s keeps all the large blocks it makes", Alone: "large blocks are all kept",
		Cause:   "All the blocks are kept: by a collection that nothing removes them from, or each by a sub-slice or substring of it.",
		Fix:     "Bound the collection; where only a part of each block is needed, copy that part: bytes.Clone, strings.Clone.",
		Example: "id := bytes.Clone(block[:8]) // block can be freed", Confidence: High,
	},
	{
		ID: "unbounded-collection", Title: "All that is allocated is kept", Kind: Heap, When: keepsAll,
		Says: "%s keeps all it allocates", Alone: "all that is allocated is kept",
		Cause:   "What is allocated is still referenced; the profile shows where it was made, not by what: a collection (a map, a cache, a slice, a queue) that nothing removes it from, a closure, a timer that has not fired, or something whose Close is never called or deferred in a loop that does not end.",
		Fix:     "Find what refers to the values made here. Remove entries from a collection when they are done, and bound it. Close whatever has a Close (in a loop without defer, which runs only when the function returns). Stop timers.",
		Example: "defer func() {\n\tmu.Lock()\n\tdefer mu.Unlock()\n\tdelete(inProgress, id) // on every return path\n}()", Confidence: High,
	},
	{
		ID: "producer-outruns-consumer", Title: "A queue that fills faster than it empties, or a map that is only partly emptied", Kind: Heap, When: isQueue,
		Says: "%s keeps a part of what it allocates", Alone: "a part of what is allocated is kept",
		Cause:   "A part of it is freed and a part stays: a queue whose consumer is too slow, a map some of whose keys are never deleted, or a function that keeps some of what it makes.",
		Fix:     "Bound what it adds to: make the producer of a queue wait or drop; delete keys on every return path.",
		Example: "queue := make(chan job, 1000) // a full queue holds the producer back", Confidence: High,
	},
	{
		ID: "partly-kept", Title: "A part of what is allocated is kept", Kind: Heap, When: keepsSome,
		Says: "%s keeps a part of what it allocates", Alone: "a part of what is allocated is kept",
		Cause:   "Some of it is temporary and freed; the rest is still referenced: by a collection (a map, a cache, a slice, hooks, callbacks) that nothing, or not everything, is removed from, by a closure, by a timer that has not fired, or by something whose Close is never called or deferred in a loop that does not end.",
		Fix:     "Find what refers to the values made here that are never freed. Remove entries from a collection when they are done, and bound it. Close whatever has a Close (in a loop without defer, which runs only when the function returns). Stop timers.",
		Example: "defer func() {\n\tmu.Lock()\n\tdefer mu.Unlock()\n\tdelete(inProgress, id) // on every return path\n}()", Confidence: High,
		implications: implications{mayPin: true},
	},
	{
		ID: "outside-of-go", Title: "Memory outside of Go", Kind: OffHeap,
		Says: "%s", Alone: "memory outside of the Go runtime grows",
		Cause:   "The process allocates memory that Go does not know about: mmap, cgo, a C library.",
		Fix:     "Pair each C.malloc and C.CString with a C.free, and each mmap with a munmap; close what libraries that manage their own memory hand out: iterators, snapshots, statements. No Go profile names the function.",
		Example: "defer syscall.Munmap(data)", Confidence: High,
	},
	{
		ID: "open-files", Title: "Files, connections or pipes that are never closed", Kind: Files,
		Says: "%s opens files, connections or pipes that are never closed", Alone: "files, connections or pipes are opened and never closed",
		Cause:   "The number of open file descriptors rises steadily, and no goroutines come with them. At the limit of the process (ulimit -n) every open, accept and dial fails.",
		Fix:     "Close each file and connection on every return path; call Wait for each command that was started. ls -l /proc/PID/fd on the service's machine shows what they are: sockets, pipes, or the paths of files.",
		Example: "f, err := os.Open(name)\nif err != nil {\n\treturn err\n}\ndefer f.Close()", Confidence: High,
	},
	{
		ID: "zombie-processes", Title: "Commands that are never waited for", Kind: Children, When: areZombies,
		Says: "%s starts commands and never waits for them", Alone: "child processes are started and never waited for",
		Cause:   "Child processes have ended but stay as zombies, because nothing waits for them. Each one keeps its process ID: at the limit (the container's pids.max, ulimit -u) neither a command nor a thread can be started, and the Go runtime aborts the process if it can't start a thread.",
		Fix:     "Call Wait after each Start, on every return path, or use Run, which does both. Process.Release does not replace it. If the service is process 1 of its container, the orphans of its commands become its children too: run it under an init (docker run --init, tini).",
		Example: "if err := cmd.Start(); err != nil {\n\treturn err\n}\ngo func() { _ = cmd.Wait() }() // if nothing else waits for the result", Confidence: High,
	},
	{
		ID: "child-processes", Title: "Child processes that do not end", Kind: Children, When: areRunning,
		Says: "%s starts processes that do not end", Alone: "child processes are started and do not end",
		Cause:   "The number of running child processes rises steadily, and no goroutines come with them.",
		Fix:     "Give each one a deadline (exec.CommandContext), and Wait for it. If it starts processes of its own, end the whole group: SysProcAttr{Setpgid: true}, then syscall.Kill(-pid, syscall.SIGKILL).",
		Example: "ctx, cancel := context.WithTimeout(ctx, time.Minute)\ndefer cancel()\nerr := exec.CommandContext(ctx, name).Run()", Confidence: High,
	},
	{
		ID: "stacks-grow", Title: "Goroutine stacks that grow", Kind: Stacks,
		Says: "%s recurses deeper and deeper, so its stack grows", Alone: "the memory of goroutine stacks grows",
		Cause:   "The stacks of goroutines grow while their number does not: a recursion goes deeper and deeper, for example around a cycle, or in a retry that calls itself.",
		Fix:     "Bound the depth, or turn the recursion into a loop.",
		Example: "for attempt := range 5 { // not: a function that calls itself\n\tif err := try(attempt); err == nil {\n\t\tbreak\n\t}\n}", Confidence: High,
	},
}
