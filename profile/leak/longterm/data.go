package longterm

import (
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Metric names what a series is about. Sizes are in bytes.
type Metric string

// The metrics, and where Prometheus has them by default.
const (
	WorkingSet Metric = "working_set" // of the container, what counts against its limit
	Anonymous  Metric = "anonymous"   // of the container, what only the process can release
	Cache      Metric = "cache"       // page cache of the container, which the kernel can reclaim
	Resident   Metric = "resident"    // of the process
	Goroutines Metric = "goroutines"
	Restarts   Metric = "restarts"  // of the container: a counter
	OOMKills   Metric = "oom_kills" // above 0 while the container's last end was an OOM kill, or a counter of them
	Starts     Metric = "starts"    // when the process or container started, in seconds since 1970
	Limit      Metric = "limit"     // of the container
	Version    Metric = "version"   // one series per value of the label "version"
)

// Series is one series of a metric in the store.
type Series struct {
	Metric Metric
	// ID identifies the process or pod: series of several metrics with the same ID are
	// about the same one.
	ID      string
	Version string          // as the labels say; empty if they do not
	Points  []profile.Value // in the order of time
}

// MarkKind says what happened to a process.
type MarkKind string

// What can happen.
const (
	MarkRestart MarkKind = "restart" // the container or process started again
	MarkOOM     MarkKind = "oom"     // it started again after it was killed for memory
	MarkPod     MarkKind = "pod"     // another pod or instance of the same version took over
	MarkRollout MarkKind = "rollout" // one of another version took over
)

// Mark is an event after which the process is another one.
type Mark struct {
	Time    time.Time `json:"time"`
	Kind    MarkKind  `json:"kind"`
	Version string    `json:"version,omitempty"` // that begins; empty if unknown
}

// Query is one query that was sent to the store.
type Query struct {
	Metric Metric `json:"metric"`
	Text   string `json:"query"`
	Series int    `json:"series"` // that it returned
	Points int    `json:"points"`
	// Error is why it returned nothing; empty if it did not fail.
	Error string `json:"error,omitempty"`
}

// Data is a store's data about a process and its predecessors. It is immutable.
type Data struct {
	Store    string // "Prometheus prometheus:9090"
	Subject  string // what was asked for: {namespace="shop",pod="checkout-7d9f6"}
	From, To time.Time
	Step     time.Duration // between two points
	// Lines are the metrics of the process and, before it began, of its predecessors.
	Lines map[Metric][]profile.Value
	// Recent are the memory and the goroutines of the last hour, finer than Lines.
	Recent map[Metric][]profile.Value
	// Marks are in the order of time.
	Marks []Mark
	Limit float64 // the newest, bytes; 0 if unknown
	// Kills is how often a process was killed for memory.
	Kills       int
	Queries     []Query
	Diagnostics []profile.Diagnostic
}

// MemoryMetrics are the metrics by which a process can be judged, best first.
var MemoryMetrics = []Metric{WorkingSet, Resident, Anonymous}

// Memory returns the line that is judged: memory that counts against the limit, if known.
func (d *Data) Memory() (m Metric, line []profile.Value) {
	for _, m := range MemoryMetrics {
		if line := d.Lines[m]; len(line) > 0 {
			return m, line
		}
	}
	return "", nil
}

// Split divides a line at the marks: one part per process.
func (d *Data) Split(line []profile.Value) (parts [][]profile.Value) {
	at := make([]time.Time, len(d.Marks))
	for i, m := range d.Marks {
		at[i] = m.Time
	}
	return profile.SplitAt(line, at, func(v profile.Value) time.Time { return v.Time })
}

func compareTime(v profile.Value, t time.Time) int { return v.Time.Compare(t) }
