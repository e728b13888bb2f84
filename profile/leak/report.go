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

// Report is what is to be said at one poll. It is data: who shows it makes no
// decisions of its own.
type Report struct {
	Verdict Verdict `json:"verdict"`
	// Suspects are ranked: what costs the most memory first.
	Suspects []Suspect `json:"suspects"`
	Memory   Memory    `json:"memory"`
	// BlindSpots are what a verdict that is not a leak would not have shown.
	BlindSpots []BlindSpot `json:"blindSpots"`
	// Diagnostics are what is wrong with the data.
	Diagnostics []profile.Diagnostic `json:"diagnostics"`

	// Watched is how long the present process was watched.
	Watched time.Duration `json:"-"`
	// Caveat is how long was watched, and what that cannot exclude.
	Caveat profile.Diagnostic `json:"-"`
	// LookAlikes are the largest groups that look like a leak and are none.
	LookAlikes []LookAlike `json:"-"`
	// Grew is what grew and has no verdict yet, the most first.
	Grew []Grown `json:"-"`

	// Withdrawn are suspects that stood and were withdrawn lately, the newest last.
	Withdrawn []Withdrawal `json:"-"`
	// Leader is what grows fastest so far, before there is a verdict; nil for none.
	Leader *Leader `json:"-"`
	// WantsTrace are the stacks of goroutines of which nothing says who starts them: an
	// execution trace would.
	WantsTrace []*profile.Stack `json:"-"`
	// Retained is what loads left, where a load was put on the target.
	Retained []Retained `json:"-"`
	// WantsLonger says that some growth is too young to tell a leak from load or a
	// warm-up: a longer watch would.
	WantsLonger bool `json:"-"`

	evaluations map[key]Evaluation
	suspectOf   map[key]int // the index of the suspect that a group is part of
	isOpen      bool        // it is too early to call anything steady
}

// LookAlike is a group that looks like a leak and is none.
type LookAlike struct {
	Function string
	Evaluation
}

// String writes a look-alike in a line.
func (l LookAlike) String() string { return shortName(l.Function) + ": " + l.Text }

// Suspect is one leak, as far as can be told.
type Suspect struct {
	Kind     Kind     `json:"kind"`
	Function string   `json:"function"` // the guilty one; empty for memory outside of Go
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Stack    []string `json:"stack"` // function names, leaf first
	// Creator is the function that starts goroutines whose stack shows none of the
	// service's own code; empty where it is not known, or not asked for.
	Creator string `json:"creator"`

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

	// Sentence is the suspect in one line, for the screen. Claim is its beginning:
	// who does what, without numbers.
	Sentence string `json:"-"`
	Claim    Claim  `json:"-"`
	// HoursToLimit is when the memory limit is reached at the growth of all
	// suspects; 0 for all but the first, and where that is not known.
	HoursToLimit float64 `json:"-"`
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

	// Spread is where the growth is, if it is spread over many functions.
	Spread *Spread `json:"spread,omitempty"`

	Group *profile.Group `json:"-"` // nil for memory outside of Go
	// Points and Floor are the series and what was never given back of it;
	// their seconds count from Origin.
	Points []trend.Point `json:"-"`
	Floor  []trend.Point `json:"-"`
	Origin time.Time     `json:"-"`
}

// Claim is who does what: Before + Who + After.
type Claim struct {
	Before, Subject, After string
}

// String writes the claim.
func (c Claim) String() string { return c.Before + c.Subject + c.After }

// Label is whom the suspicion is of, in few words: the function without its path,
// or what it is that no function is known of.
func (s Suspect) Label() string {
	switch {
	case s.Function != "":
		return shortName(s.Function)
	case s.Kind == OffHeap:
		return "memory outside of Go"
	}
	return profile.NoFrames
}

// Memory is how much there is, how much is used, and when it is used up. All sizes are
// of the latest reading, in bytes; 0 is not known.
type Memory struct {
	Limit int64 `json:"limit"`
	// Charged is what counts against the limit: the working set of the container; else
	// RSS and swap; else what the Go runtime has of the system. ChargedFrom says which.
	Charged     int64       `json:"charged"`
	ChargedFrom ChargedFrom `json:"chargedFrom,omitempty"`
	RSS         int64       `json:"rss"`      // resident; where it is not known, at least what is charged
	Anon        int64       `json:"anon"`     // of RSS: only the process gives it back
	File        int64       `json:"file"`     // of RSS: pages of mapped files, which the kernel takes back
	HeapLive    int64       `json:"heapLive"` // by the newest heap profile
	// HoursToLimit is when the limit is reached at the growth of the
	// suspects; 0 if there is no limit or no suspect.
	HoursToLimit float64 `json:"hoursToLimit"`
}

// ChargedFrom says what a figure of what is charged is.
type ChargedFrom string

// What can be charged.
const (
	FromWorkingSet ChargedFrom = "working set"
	FromRSS        ChargedFrom = "RSS and swap"
	FromGo         ChargedFrom = "memory of Go"
	FromHeap       ChargedFrom = "live heap"
)

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

// Function is what the heap that a blamed function keeps looks like. A group that
// nothing is to be said of is steady, once that is known of the whole.
func (r Report) Function(f *profile.Function) Evaluation { return r.evaluationOf(key{fn: f}) }

// Stack is what the goroutines of a stack look like.
func (r Report) Stack(s *profile.Stack) Evaluation { return r.evaluationOf(key{stack: s}) }

// Group is what a group looks like.
func (r Report) Group(g *profile.Group) Evaluation { return r.evaluationOf(keyOf(g)) }

func (r Report) evaluationOf(k key) Evaluation {
	e, ok := r.evaluations[k]
	switch {
	case !ok && !r.isOpen:
		return Evaluation{Shape: ShapeSteady}
	case r.isOpen && e.Shape == ShapeSteady:
		return Evaluation{}
	}
	return e
}

// Suspect returns the suspect that a group is, or is part of.
func (r Report) Suspect(g *profile.Group) (s Suspect, ok bool) {
	i, ok := r.suspectOf[keyOf(g)]
	if !ok || i >= len(r.Suspects) {
		return s, false
	}
	return r.Suspects[i], true
}
