package memory

import (
	"cmp"
	"time"
)

// Report is the content of one response: a reading, and other facts found there.
type Report struct {
	Reading Reading // without Time and Source

	GoVersion  string    // "go1.26.8"; from /metrics
	Start      time.Time // start of the process; from /metrics
	Goroutines int       // from /metrics
	Cmdline    string    // arguments separated by NUL, may contain secrets; from /debug/vars
}

// FillFrom returns r with its zero fields taken from other, except Time and Source.
func (r Reading) FillFrom(other Reading) Reading {
	for i, f := range figures {
		if *f.pointer(&r) == 0 {
			*f.pointer(&r) = *figures[i].pointer(&other)
		}
	}
	if r.WorkingSetAt.IsZero() && r.WorkingSet == other.WorkingSet {
		r.WorkingSetAt = other.WorkingSetAt
	}
	r.MostFiles = cmp.Or(r.MostFiles, other.MostFiles)
	if r.Processes == 0 { // else it is known where these are 0
		r.Processes, r.Zombies, r.MostChildren = other.Processes, other.Zombies, other.MostChildren
		r.Removed = cmp.Or(r.Removed, other.Removed)
	}
	if r.NumGC == 0 {
		r.NumGC = other.NumGC
	}
	if r.LastGC == 0 {
		r.LastGC = other.LastGC
	}
	return r
}

// figure is a size or count of a Reading, with its name in each source. In a pair
// like "# Stack = 1 / 2", "Stack/" names the first number and "/Stack" the second.
type figure struct {
	pointer      func(*Reading) *uint64
	heapTextName string // in heap?debug=1
	metricName   string // in /metrics
}

// figures is the table of figures that the parsers know. NumGC and LastGC have
// other types and are handled separately.
var figures = []figure{
	{func(r *Reading) *uint64 { return &r.HeapAlloc }, "HeapAlloc", "go_memstats_heap_alloc_bytes"},
	{func(r *Reading) *uint64 { return &r.HeapInuse }, "HeapInuse", "go_memstats_heap_inuse_bytes"},
	{func(r *Reading) *uint64 { return &r.HeapIdle }, "HeapIdle", "go_memstats_heap_idle_bytes"},
	{func(r *Reading) *uint64 { return &r.HeapReleased }, "HeapReleased", "go_memstats_heap_released_bytes"},
	{func(r *Reading) *uint64 { return &r.HeapSys }, "HeapSys", "go_memstats_heap_sys_bytes"},
	{func(r *Reading) *uint64 { return &r.HeapObjects }, "HeapObjects", "go_memstats_heap_objects"},
	{func(r *Reading) *uint64 { return &r.StackInuse }, "Stack/", "go_memstats_stack_inuse_bytes"},
	{func(r *Reading) *uint64 { return &r.StackSys }, "/Stack", "go_memstats_stack_sys_bytes"},
	{func(r *Reading) *uint64 { return &r.MSpanSys }, "/MSpan", "go_memstats_mspan_sys_bytes"},
	{func(r *Reading) *uint64 { return &r.MCacheSys }, "/MCache", "go_memstats_mcache_sys_bytes"},
	{func(r *Reading) *uint64 { return &r.BuckHashSys }, "BuckHashSys", "go_memstats_buck_hash_sys_bytes"},
	{func(r *Reading) *uint64 { return &r.GCSys }, "GCSys", "go_memstats_gc_sys_bytes"},
	{func(r *Reading) *uint64 { return &r.OtherSys }, "OtherSys", "go_memstats_other_sys_bytes"},
	{func(r *Reading) *uint64 { return &r.Sys }, "Sys", "go_memstats_sys_bytes"},
	{func(r *Reading) *uint64 { return &r.TotalAlloc }, "TotalAlloc", "go_memstats_alloc_bytes_total"},
	{func(r *Reading) *uint64 { return &r.Mallocs }, "Mallocs", "go_memstats_mallocs_total"},
	{func(r *Reading) *uint64 { return &r.Frees }, "Frees", "go_memstats_frees_total"},
	{func(r *Reading) *uint64 { return &r.NextGC }, "NextGC", "go_memstats_next_gc_bytes"},
	{func(r *Reading) *uint64 { return &r.MaxRSS }, "MaxRSS", ""},
	{func(r *Reading) *uint64 { return &r.RSS }, "", "process_resident_memory_bytes"},
	{func(r *Reading) *uint64 { return &r.WorkingSet }, "", ""},
	{func(r *Reading) *uint64 { return &r.Anon }, "", ""},
	{func(r *Reading) *uint64 { return &r.File }, "", ""},
	{func(r *Reading) *uint64 { return &r.Shared }, "", ""},
	{func(r *Reading) *uint64 { return &r.Swap }, "", ""},
	{func(r *Reading) *uint64 { return &r.OpenFiles }, "", ""},
}
