package leak

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
)

// Verdict is the answer for the whole service.
type Verdict string

// The verdicts. Leaks is the answer exactly when there is a suspect of high
// confidence or a proven one.
const (
	Leaks     Verdict = "leak"
	Steady    Verdict = "steady"
	Undecided Verdict = "undecided" // too little data, or growth that is too young to tell
)

// Kind is what leaks.
type Kind string

// What can leak.
const (
	Heap      Kind = "heap"
	Goroutine Kind = "goroutine"
	OffHeap   Kind = "offheap" // memory that the Go runtime does not know of
)

// Confidence says how sure a suspect is.
type Confidence string

// How sure a suspect is.
const (
	Proven Confidence = "proven" // by the runtime: goroutines blocked for ever
	High   Confidence = "high"   // grows as leaks do, and nothing speaks against it
	Low    Confidence = "low"    // grows as leaks do, but there is a more innocent reading
)

// Report is what is to be said at one poll.
type Report struct {
	Verdict Verdict `json:"verdict"`
	// Suspects are ranked: what costs the most memory first.
	Suspects []Suspect `json:"suspects"`
	Memory   Memory    `json:"memory"`
	Warnings []string  `json:"warnings"`

	// Watched is how long the present process was watched.
	Watched time.Duration `json:"-"`
	// Caveat is one sentence: how long was watched, and what that cannot
	// exclude.
	Caveat string `json:"-"`
	// Alikes are sentences on what looked like a leak and is none, the
	// largest first.
	Alikes []string `json:"-"`

	looks map[key]Look
}

// Suspect is one leak, as far as can be told.
type Suspect struct {
	Kind     Kind     `json:"kind"`
	Function string   `json:"function"` // the guilty one; empty for memory outside of Go
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Stack    []string `json:"stack"` // function names, leaf first

	GrowthPerHour float64 `json:"growthPerHour"`
	Unit          string  `json:"unit"` // "bytes" or "goroutines"
	Low           float64 `json:"low"`  // of the 90% interval of GrowthPerHour
	High          float64 `json:"high"`
	Share         float64 `json:"share"` // of all growth of its kind, 0 to 1
	SinceSeconds  float64 `json:"sinceSeconds"`

	Signature  string     `json:"signature"` // ID of the row of Signatures; empty if none matches
	Cause      string     `json:"cause"`
	Fix        string     `json:"fix"`
	Confidence Confidence `json:"confidence"`

	// Sentence is the suspect in one line, for the screen.
	Sentence string `json:"-"`
	// Evidence is what speaks for it, Disproof what would speak against it, a
	// sentence each.
	Evidence []string `json:"-"`
	Disproof []string `json:"-"`
	// Example is Go code that shows the fix.
	Example string `json:"-"`
	// Holds is how many bytes an hour of heap the goroutines of the suspect
	// hold, as far as stacks tell.
	Holds float64 `json:"-"`
	// WantsCreator says that no stack names who starts these goroutines: an
	// execution trace would.
	WantsCreator bool `json:"-"`

	Group *profile.Group `json:"-"` // nil for memory outside of Go
	// Points and Floor are the series and what was never given back of it;
	// their seconds count from Origin.
	Points []trend.Point `json:"-"`
	Floor  []trend.Point `json:"-"`
	Origin time.Time     `json:"-"`
}

// Who is whom the suspicion is of, in few words: the function without its path,
// or what it is that no function is known of.
func (s Suspect) Who() string {
	switch {
	case s.Function != "":
		return short(s.Function)
	case s.Kind == OffHeap:
		return "memory outside of Go"
	}
	return profile.NoFrames
}

// Memory is how much there is, how much is used, and when it is used up.
type Memory struct {
	Limit    int64 `json:"limit"`    // bytes; 0 if none is known
	RSS      int64 `json:"rss"`      // bytes, or what the container is charged for
	HeapLive int64 `json:"heapLive"` // bytes, by the newest heap profile
	// HoursToLimit is when the limit is reached at the growth of the
	// suspects; 0 if there is no limit or no suspect.
	HoursToLimit float64 `json:"hoursToLimit"`
}

// Look is what a group looks like.
type Look struct {
	Word string // for a column: "leak", "suspect", "saw", "~"; see words
	Text string // a sentence: "filled for 55 s, then held"
}

// key identifies a group: one function of the heap or one goroutine stack.
type key struct {
	fn    *profile.Function
	stack *profile.Stack
}

func keyOf(g *profile.Group) key {
	if g.Kind == profile.Goroutine && len(g.Stacks) > 0 {
		return key{stack: g.Stacks[0]}
	}
	return key{fn: g.Blame}
}

// Function is how what a guilty function keeps on the heap looks. A group that
// nothing is to be said of is steady.
func (r Report) Function(f *profile.Function) Look { return r.look(key{fn: f}) }

// Stack is how the goroutines of a stack look.
func (r Report) Stack(s *profile.Stack) Look { return r.look(key{stack: s}) }

func (r Report) look(k key) Look {
	if l, ok := r.looks[k]; ok {
		return l
	}
	return Look{Word: "steady"}
}
