package profile

// Kind names a profile as net/http/pprof does in its URL: "heap", "goroutine".
type Kind string

// The kinds of profile that leaktop knows. A target may offer others, which are
// shown under their own names.
const (
	Heap          Kind = "heap"
	Goroutine     Kind = "goroutine"
	Allocs        Kind = "allocs"
	Block         Kind = "block"
	Mutex         Kind = "mutex"
	ThreadCreate  Kind = "threadcreate"
	CPU           Kind = "profile"
	GoroutineLeak Kind = "goroutineleak"
	Trace         Kind = "trace"
)

// KindInfo describes a kind of profile.
type KindInfo struct {
	Kind  Kind
	Title string // as a heading
	About string // one sentence: what it shows and what it costs the target
	// SampleType is the sample type shown first, by its pprof name; empty
	// means the profile's own default, else its last one.
	SampleType string
	// Timed means that the target collects for some seconds before it answers.
	Timed bool
	// Polled means that the live view polls it continuously.
	Polled bool
}

// Kinds is the table of known kinds, in the order in which they are offered.
var Kinds = []KindInfo{
	{Kind: Heap, Title: "Heap", SampleType: "inuse_space", Polled: true, About: "live memory by allocating stack, as of the second-to-last collection; the world is not stopped"},
	{Kind: Goroutine, Title: "Goroutines", SampleType: "goroutine", Polled: true, About: "goroutines by stack; the world stops twice for less than a millisecond"},
	{Kind: Allocs, Title: "Allocations", SampleType: "alloc_space", About: "everything allocated since the start, freed or not; the world is not stopped"},
	{Kind: CPU, Title: "CPU", SampleType: "cpu", Timed: true, About: "where CPU time goes while it is collected; costs a few percent of speed"},
	{Kind: Block, Title: "Blocking", SampleType: "delay", About: "time spent waiting on channels and locks; empty unless the service calls runtime.SetBlockProfileRate"},
	{Kind: Mutex, Title: "Mutex", SampleType: "delay", About: "time spent waiting for contended locks; empty unless the service calls runtime.SetMutexProfileFraction"},
	{Kind: ThreadCreate, Title: "Threads", SampleType: "threadcreate", About: "stacks that led to new OS threads"},
	{Kind: GoroutineLeak, Title: "Leaked goroutines", SampleType: "goroutineleak", About: "goroutines proven to be blocked forever; runs a special collection in the target"},
}

// Info returns the row of Kinds for k; for an unknown kind, a row made of its name.
func (k Kind) Info() KindInfo {
	for _, i := range Kinds {
		if i.Kind == k {
			return i
		}
	}
	return KindInfo{Kind: k, Title: string(k), About: "a profile of the service's own"}
}
