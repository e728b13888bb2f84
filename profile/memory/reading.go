package memory

import (
	"strings"
	"time"
)

// Reading is one measurement of the target's memory. Sizes are in bytes; a field
// that the source of the reading does not provide is zero.
//
// The fields of the Go runtime have the names and meaning of
// [runtime.MemStats].
type Reading struct {
	Time time.Time `json:"time"`
	// Source names its source: one of the constants below, a file of the kernel such as
	// "/proc/PID/smaps_rollup", or "metrics.k8s.io".
	Source string `json:"from,omitempty"`

	HeapAlloc    uint64 `json:"heapAlloc,omitempty"`
	HeapInuse    uint64 `json:"heapInuse,omitempty"`
	HeapIdle     uint64 `json:"heapIdle,omitempty"`
	HeapReleased uint64 `json:"heapReleased,omitempty"`
	HeapSys      uint64 `json:"heapSys,omitempty"`
	HeapObjects  uint64 `json:"heapObjects,omitempty"`
	StackInuse   uint64 `json:"stackInuse,omitempty"`
	StackSys     uint64 `json:"stackSys,omitempty"`
	MSpanSys     uint64 `json:"mspanSys,omitempty"`
	MCacheSys    uint64 `json:"mcacheSys,omitempty"`
	BuckHashSys  uint64 `json:"buckHashSys,omitempty"`
	GCSys        uint64 `json:"gcSys,omitempty"`
	OtherSys     uint64 `json:"otherSys,omitempty"`
	Sys          uint64 `json:"sys,omitempty"`
	TotalAlloc   uint64 `json:"totalAlloc,omitempty"`
	Mallocs      uint64 `json:"mallocs,omitempty"`
	Frees        uint64 `json:"frees,omitempty"`
	NextGC       uint64 `json:"nextGC,omitempty"`
	NumGC        uint32 `json:"numGC,omitempty"`
	LastGC       int64  `json:"lastGC,omitempty"` // Unix nanoseconds by the target's clock

	MaxRSS uint64 `json:"maxRSS,omitempty"` // peak RSS
	RSS    uint64 `json:"rss,omitempty"`    // current RSS
	// The parts of RSS, as the kernel counts them: anonymous memory, which only its owner
	// can release, pages of mapped files, which the kernel reclaims when it needs memory,
	// and shared memory.
	Anon       uint64 `json:"anon,omitempty"`
	File       uint64 `json:"file,omitempty"`
	Shared     uint64 `json:"shared,omitempty"`
	Swap       uint64 `json:"swap,omitempty"`       // anonymous memory that is swapped out: it is not in RSS
	WorkingSet uint64 `json:"workingSet,omitempty"` // of the container, as the kubelet counts it against the limit
	// WorkingSetAt is when WorkingSet was measured, which is up to a minute before
	// Time; zero if that is not known.
	WorkingSetAt time.Time `json:"workingSetAt,omitzero"`

	OpenFiles uint64 `json:"openFiles,omitempty"` // open file descriptors: files, connections, pipes
	// MostFiles says what at least half of the newest descriptors are, if there are many:
	// "sockets", "pipes", "inotify", or the path of a file or of a folder. It comes from
	// the target.
	MostFiles string `json:"mostFiles,omitempty"`

	// Processes counts the process and its children: 1 without children, 0 if unknown.
	// Zombies counts the children that have ended and that nothing has waited for.
	// MostChildren is the program of most children; it comes from the target.
	Processes    uint64 `json:"processes,omitempty"`
	Zombies      uint64 `json:"zombies,omitempty"`
	MostChildren string `json:"mostChildren,omitempty"`

	// Removed is the size of the mappings of files that were removed, which keep their
	// space on disk for as long as they are mapped.
	Removed uint64 `json:"removed,omitempty"`

	// Unknown reports that earlier figures belong to another process and that this one has
	// none yet. Such a reading has no figures.
	Unknown bool `json:"unknown,omitempty"`
}

// The sources that have the figures of the Go runtime.
const (
	SourceVars     = "/debug/vars"
	SourceMetrics  = "/metrics"
	SourceHeapText = "heap?debug=1"
)

// HasOwnCounters reports whether the figures of the runtime in r were read at r.Time. A
// reading of the kernel or of the kubelet has them from an earlier reading, see
// [Reading.FillFrom], so they do not order readings: a newer one may have been on its way.
func (r Reading) HasOwnCounters() bool {
	switch r.Source {
	case SourceVars, SourceMetrics, SourceHeapText, "":
		return true
	}
	return false
}

// IsOfProcess reports whether r was read from /proc, for a process of this machine.
func (r Reading) IsOfProcess() bool { return strings.HasPrefix(r.Source, "/proc/") }
