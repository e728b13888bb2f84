package memory

import "cmp"

// Part is one answer to "where is the memory?".
type Part struct {
	Name  string
	Bytes uint64
	// Resident says that the part counts in RSS and against the limit, as far
	// as its pages were touched.
	Resident bool
	About    string // one sentence: what it is
	Advice   string // one sentence: what to do if it is large
	Detail   []Amount
}

// Amount is a named piece of a part.
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
	Unknown   = "not known"
)

// Breakdown divides the memory of the process into parts. live is the live heap
// by the heap profile (inuse_space), 0 if it is not known. By the definitions
// of [runtime.MemStats]:
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
//	never touched           (Sys − HeapReleased) − RSS, where that is positive
//	returned to the system  HeapReleased
//
// The parts that are resident add up to RSS, or to RSS and what was never
// touched. Where RSS is not known there is no outside part; where only RSS is,
// it is divided into the live heap and the rest. No part is ever negative.
func Breakdown(r Reading, live uint64) []Part {
	rss := r.Resident()
	if r.Sys == 0 {
		return undivided(rss, live)
	}
	live = min(live, r.HeapAlloc)
	held := less(r.Sys, r.HeapReleased)
	parts := []Part{
		{
			Name: LiveHeap, Bytes: live, Resident: true,
			About:  "objects that were reachable at the last-but-one collection",
			Advice: "the Growing view shows who allocated them, and what of them only grows",
		},
		{
			Name: Garbage, Bytes: less(r.HeapAlloc, live), Resident: true,
			About:  "objects made since then, and dead ones that the next collection frees",
			Advice: "up to as much as the live heap is normal with GOGC=100; a lower GOGC or a GOMEMLIMIT collects earlier, for more CPU time",
		},
		{
			Name: Fragments, Bytes: less(r.HeapInuse, r.HeapAlloc), Resident: true,
			About:  "free slots between objects, usable for objects of the same size only",
			Advice: "much of it after a peak means that a few survivors hold whole spans; it shrinks as they die",
		},
		{
			Name: Idle, Bytes: less(r.HeapIdle, r.HeapReleased), Resident: true,
			About:  "heap without objects that the runtime keeps for the next peak",
			Advice: "the runtime returns it over some minutes; GOMEMLIMIT makes it return earlier",
		},
		{
			Name: Stacks, Bytes: r.StackSys, Resident: true,
			About:  "the stacks of goroutines, at least 2 KiB each",
			Advice: "look at the Goroutines view: very many of them, or deep recursion",
		},
		{
			Name: Runtime, Bytes: sum(runtimeDetail(r)), Resident: true, About: "what the Go runtime needs for itself, most of it in proportion to the heap", Detail: runtimeDetail(r),
			Advice: "a large bucket table means very many distinct allocation stacks; the rest follows the heap",
		},
	}
	return append(parts, beyond(rss, held, r.HeapReleased)...)
}

// beyond are the parts outside of what the Go runtime holds.
func beyond(rss, held, released uint64) []Part {
	var parts []Part
	if rss > 0 {
		parts = append(parts, Part{
			Name: Outside, Bytes: less(rss, held), Resident: true,
			About:  "the binary itself, C libraries, mmap, thread stacks: no Go profile shows it",
			Advice: "some 10 to 30 MiB are normal; if it grows, look at cgo, at mapped files, and at what calls mmap without munmap",
		})
	}
	if rss > 0 && held > rss {
		parts = append(parts, Part{
			Name: Untouched, Bytes: held - rss,
			About:  "counted in the parts above, but not in RSS: pages never written to, or swapped out",
			Advice: "nothing to do: it does not count against the limit",
		})
	}
	return append(parts, Part{
		Name: Released, Bytes: released,
		About:  "address space of the heap whose pages were given back",
		Advice: "nothing to do: it does not count in RSS or against the limit",
	})
}

// undivided is the breakdown where no MemStats are served.
func undivided(rss, live uint64) []Part {
	if rss == 0 && live == 0 {
		return nil
	}
	parts := []Part{{
		Name: LiveHeap, Bytes: live, Resident: true,
		About:  "objects that were reachable at the last-but-one collection, by the heap profile",
		Advice: "the Growing view shows who allocated them, and what of them only grows",
	}}
	if rss == 0 {
		return parts
	}
	return append(parts, Part{
		Name: Unknown, Bytes: less(rss, live), Resident: true,
		About:  "garbage, stacks, runtime and memory outside of Go: the service does not say how much of each",
		Advice: `import _ "expvar" in the service, or serve /metrics with the Go collector, and it is divided here`,
	})
}

func runtimeDetail(r Reading) []Amount {
	return []Amount{
		{"span structures", r.MSpanSys},
		{"caches of processors", r.MCacheSys},
		{"profiling buckets", r.BuckHashSys},
		{"collector", r.GCSys},
		{"other", r.OtherSys},
	}
}

// Resident is what the process has in memory now, in bytes: its RSS, or the
// container's working set where that is not known; 0 if neither is. It is what
// the parts of the process are divided from: the working set has the page cache
// in it besides.
func (r Reading) Resident() uint64 { return cmp.Or(r.RSS, r.WorkingSet) }

// Charged is what counts against the container's limit, in bytes: its working
// set, by the kubelet's account, or RSS where that is not known; 0 if neither
// is.
func (r Reading) Charged() uint64 { return cmp.Or(r.WorkingSet, r.RSS) }

// less is a − b, or 0: figures that were read one after the other can be a
// little out of step.
func less(a, b uint64) uint64 { return a - min(a, b) }

func sum(amounts []Amount) uint64 {
	var n uint64
	for _, a := range amounts {
		n += a.Bytes
	}
	return n
}
