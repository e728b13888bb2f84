package memory

import "cmp"

// Part is one answer to "where is the memory?".
type Part struct {
	Name  string
	Bytes uint64
	// Resident means that the part counts toward RSS and the limit, as far as its
	// pages have been touched.
	Resident bool
	About    string // what it is, one sentence
	Advice   string // what to do if it is large, one sentence
	Detail   []Amount
}

// Amount is a named component of a part, in bytes.
type Amount struct {
	Name  string
	Bytes uint64
}

// Names of the parts of a [Breakdown].
const (
	LiveHeap  = "live heap"
	Garbage   = "not yet collected"
	Fragments = "gaps in the heap"
	Idle      = "idle, kept"
	Stacks    = "stacks"
	Runtime   = "runtime"
	Outside   = "outside of Go"
	Untouched = "never touched"
	Released  = "returned to the system"
	Unknown   = "unknown"
)

// Breakdown divides the memory of the process into parts. live is the live heap in
// bytes by the heap profile (inuse_space), 0 if unknown. By the definitions of
// [runtime.MemStats]:
//
//	Sys      = HeapSys + StackSys + MSpanSys + MCacheSys + BuckHashSys + GCSys + OtherSys
//	HeapSys  = HeapInuse + HeapIdle
//
//	live heap               min(live, HeapAlloc)
//	not yet collected       HeapAlloc − live heap
//	gaps in the heap        HeapInuse − HeapAlloc
//	idle, kept              HeapIdle − HeapReleased
//	stacks                  StackSys
//	runtime                 MSpanSys + MCacheSys + BuckHashSys + GCSys + OtherSys
//	outside of Go           RSS − (Sys − HeapReleased)
//	never touched           (Sys − HeapReleased) − RSS, if that is positive
//	returned to the system  HeapReleased
//
// The resident parts add up to RSS, plus what was never touched. If RSS is unknown
// there is no outside part. If only RSS is known, it is divided into the live heap
// and the rest. No part is negative.
func Breakdown(r Reading, live uint64) []Part {
	rss := r.Resident()
	if r.Sys == 0 {
		return breakdownWithoutStats(rss, live)
	}
	live = min(live, r.HeapAlloc)
	held := subtractOrZero(r.Sys, r.HeapReleased)
	parts := []Part{
		{
			Name: LiveHeap, Bytes: live, Resident: true,
			About:  "objects that were reachable at the second-to-last collection",
			Advice: "the Growing pane shows what allocated them, and which of them only grow",
		},
		{
			Name: Garbage, Bytes: subtractOrZero(r.HeapAlloc, live), Resident: true,
			About:  "objects allocated since then, and dead ones that the next collection frees",
			Advice: "up to the size of the live heap is normal with GOGC=100; a lower GOGC or a GOMEMLIMIT collects earlier, at the cost of CPU time",
		},
		{
			Name: Fragments, Bytes: subtractOrZero(r.HeapInuse, r.HeapAlloc), Resident: true,
			About:  "free slots between objects, usable only for objects of the same size",
			Advice: "a lot of it after a peak means that a few survivors keep whole spans alive; it shrinks as they die",
		},
		{
			Name: Idle, Bytes: subtractOrZero(r.HeapIdle, r.HeapReleased), Resident: true,
			About:  "heap without objects that the runtime keeps for the next peak",
			Advice: "the runtime returns it within minutes; GOMEMLIMIT makes it return earlier",
		},
		{
			Name: Stacks, Bytes: r.StackSys, Resident: true,
			About:  "goroutine stacks, at least 2 KiB each",
			Advice: "look at the Goroutines pane for very many goroutines or deep recursion",
		},
		{
			Name: Runtime, Bytes: sumAmounts(runtimeDetail(r)), Resident: true, About: "the Go runtime's own data, most of it in proportion to the heap", Detail: runtimeDetail(r),
			Advice: "a large bucket table means very many distinct allocation stacks; the rest follows the heap",
		},
	}
	return append(parts, partsOutsideGo(rss, held, r.HeapReleased)...)
}

// partsOutsideGo returns the parts that are not the Go runtime's memory.
func partsOutsideGo(rss, held, released uint64) []Part {
	var parts []Part
	if rss > 0 {
		parts = append(parts, Part{
			Name: Outside, Bytes: subtractOrZero(rss, held), Resident: true,
			About:  "the binary itself, C libraries, mmap, thread stacks: no Go profile shows it",
			Advice: "10 to 30 MiB are normal; if it grows, look at cgo, mapped files, and calls of mmap without munmap",
		})
	}
	if rss > 0 && held > rss {
		parts = append(parts, Part{
			Name: Untouched, Bytes: held - rss,
			About:  "counted in the parts above but not in RSS: pages never written to, or swapped out",
			Advice: "nothing to do: it does not count toward the limit",
		})
	}
	return append(parts, Part{
		Name: Released, Bytes: released,
		About:  "address space of the heap whose pages were returned",
		Advice: "nothing to do: it counts neither toward RSS nor toward the limit",
	})
}

// breakdownWithoutStats returns the breakdown if no MemStats are served.
func breakdownWithoutStats(rss, live uint64) []Part {
	if rss == 0 && live == 0 {
		return nil
	}
	parts := []Part{{
		Name: LiveHeap, Bytes: live, Resident: true,
		About:  "objects that were reachable at the second-to-last collection, by the heap profile",
		Advice: "the Growing pane shows what allocated them, and which of them only grow",
	}}
	if rss == 0 {
		return parts
	}
	return append(parts, Part{
		Name: Unknown, Bytes: subtractOrZero(rss, live), Resident: true,
		About:  "garbage, stacks, runtime and memory outside of Go: the service does not expose how much of each",
		Advice: `import _ "expvar" in the service, or serve /metrics with the Go collector, to see its parts here`,
	})
}

func runtimeDetail(r Reading) []Amount {
	return []Amount{
		{"span structures", r.MSpanSys},
		{"per-processor caches", r.MCacheSys},
		{"profiling buckets", r.BuckHashSys},
		{"collector", r.GCSys},
		{"other", r.OtherSys},
	}
}

// Resident returns what the process has in memory, in bytes: its RSS, or the
// container's working set if RSS is unknown; 0 if both are. Breakdown divides it,
// not the working set, because that includes the page cache.
func (r Reading) Resident() uint64 { return cmp.Or(r.RSS, r.WorkingSet) }

// Charged returns what counts toward the limit, in bytes: the container's working set
// as the kubelet reports it, or, if that is unknown, RSS and what is swapped out; 0 if
// both are unknown.
func (r Reading) Charged() uint64 {
	if r.WorkingSet == 0 && r.RSS > 0 {
		return r.RSS + r.Swap
	}
	return r.WorkingSet
}

// subtractOrZero returns a − b, or 0: figures that were not read at the same time can be
// slightly inconsistent.
func subtractOrZero(a, b uint64) uint64 { return a - min(a, b) }

func sumAmounts(amounts []Amount) uint64 {
	var n uint64
	for _, a := range amounts {
		n += a.Bytes
	}
	return n
}
