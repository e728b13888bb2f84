package leak

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/blindspot"
	"github.com/leaktop/leaktop/profile/leak/ignore"
	"github.com/leaktop/leaktop/profile/onset"
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
	OffHeap   Kind = "offheap"  // memory that the Go runtime does not know of
	Stacks    Kind = "stacks"   // memory of goroutine stacks
	Files     Kind = "files"    // open file descriptors: files, connections, pipes
	Children  Kind = "children" // child processes
)

// Confidence is how certain a suspect is.
type Confidence string

// The confidences, highest first.
const (
	Proven Confidence = "proven" // by the runtime: goroutines blocked forever
	High   Confidence = "high"   // grows as leaks do, and nothing speaks against it
	Low    Confidence = "low"    // grows as leaks do, but there is a more innocent explanation
)

// Report is the result of one poll. It is data: callers that show it make no
// decisions of their own.
type Report struct {
	Verdict Verdict `json:"verdict"`
	// Suspects are ranked by memory cost, highest first.
	Suspects []Suspect `json:"suspects"`
	Memory   Memory    `json:"memory"`
	// Ignored are would-be suspects in functions that the user ignores, ranked like
	// Suspects. They do not affect the verdict.
	Ignored []Suspect `json:"ignored"`
	// BlindSpots are what the verdict cannot exclude if it is not a leak.
	BlindSpots []blindspot.Spot `json:"blindSpots"`
	// Diagnostics are problems of the data.
	Diagnostics []profile.Diagnostic `json:"diagnostics"`

	// Watched is how long the current process was watched.
	Watched time.Duration `json:"-"`
	// Caveat is how long the process was watched, and what that cannot exclude.
	Caveat profile.Diagnostic `json:"-"`
	// LookAlikes are the largest groups that resemble a leak but are not one.
	LookAlikes []LookAlike `json:"-"`
	// Grew is what grew and has no verdict yet, largest first.
	Grew []Grown `json:"-"`

	// Withdrawn are suspects that were recently withdrawn, newest last.
	Withdrawn []Withdrawal `json:"-"`
	// Leader is what grows fastest so far, before there is a verdict; nil for none.
	Leader *Leader `json:"-"`
	// Processes are those that the target was during a whole watch, oldest first;
	// empty if there was only one.
	Processes []Process `json:"-"`
	// WantsTrace lists the stacks of goroutines whose creator is unknown: an execution
	// trace would show it.
	WantsTrace []*profile.Stack `json:"-"`
	// Retained is what loads left behind, if a load was put on the target.
	Retained []Retained `json:"-"`
	// WantsLonger means that some growth is too young to distinguish a leak from load
	// or a warm-up: a longer watch would.
	WantsLonger bool `json:"-"`

	evaluations map[key]Evaluation
	suspectOf   map[key]int             // index of the suspect that a group is part of
	rising      map[profile.Kind][]Rate // of the groups whose rates are certain
	isOpen      bool                    // it is too early for a steady verdict
	ignored     ignore.List
}

// LookAlike is a group that resembles a leak but is not one.
type LookAlike struct {
	Function string
	Evaluation
}

// String formats a look-alike on one line.
func (l LookAlike) String() string { return profile.ShortName(l.Function) + ": " + l.Text }

// Suspect is one probable leak.
type Suspect struct {
	// Letter numbers the suspects in their order, from 1 for A to 26, and 27 for all
	// others; 0 before [Track.Follow].
	Letter int `json:"-"`

	Kind     Kind     `json:"kind"`
	Function string   `json:"function"` // the one to blame; empty for memory outside of Go
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Stack    []string `json:"stack"` // function names, leaf first
	// At is the line of Function in File; its Func is nil if no function is known.
	At profile.Frame `json:"-"`
	// Creator is the function that starts goroutines whose stack has none of the
	// service's own code; empty if unknown.
	Creator string `json:"creator"`
	// Holder is the function inside which a goroutine probably holds what these wait for;
	// empty if unknown.
	Holder     string `json:"holder,omitempty"`
	HolderFile string `json:"holderFile,omitempty"`
	HolderLine int    `json:"holderLine,omitempty"`

	GrowthPerHour float64 `json:"growthPerHour"`
	Unit          string  `json:"unit"` // "bytes", "goroutines", "open files" or "child processes"
	Low           float64 `json:"low"`  // of the 90% interval of GrowthPerHour
	High          float64 `json:"high"`
	Share         float64 `json:"share"` // of all growth of its kind, 0 to 1
	SinceSeconds  float64 `json:"sinceSeconds"`
	// Onset is when growth began; nil if that is unknown, or if the watch was short.
	Onset *onset.Onset `json:"onset,omitempty"`
	// AgeSeconds is the mean age of the live objects, see [AgeOf]; 0 if unknown.
	AgeSeconds float64 `json:"ageSeconds"`

	Signature  string     `json:"signature"` // ID of the row of Signatures; empty if none matches
	Cause      string     `json:"cause"`
	Fix        string     `json:"fix"`
	Confidence Confidence `json:"confidence"`

	// Sentence describes the suspect on one line, for the screen. Claim is its
	// beginning, without numbers.
	Sentence string `json:"-"`
	Claim    Claim  `json:"-"`
	// HoursToLimit is that of the memory; 0 for all suspects but the first, and if
	// unknown.
	HoursToLimit float64 `json:"-"`
	// Evidence supports the suspicion, Disproof would refute it; one sentence each.
	Evidence []string `json:"-"`
	Disproof []string `json:"-"`
	// Known are the results of the user's requests about the goroutines.
	Known StackFacts `json:"-"`
	// Example is Go code that shows the fix.
	Example string `json:"-"`
	// Holds is the bytes of heap per hour that the goroutines of the suspect hold, as
	// far as stacks show.
	Holds float64 `json:"-"`
	// WantsCreator means that the creator of these goroutines is unknown: an
	// execution trace would show it.
	WantsCreator bool `json:"-"`
	// Object is what the cause is about, each of which has PerObject goroutines, see
	// [Signature]; empty if unknown.
	Object    string `json:"-"`
	PerObject int    `json:"-"`

	// Spread is where the growth is, if it is spread over many functions.
	Spread *Spread `json:"spread,omitempty"`

	Group *profile.Group `json:"-"` // nil for memory outside of Go
	// Points and Floor are the series and the part of it that was never given back;
	// their seconds count from Origin.
	Points []trend.Point `json:"-"`
	Floor  []trend.Point `json:"-"`
	Origin time.Time     `json:"-"`
}

// CountedObjects returns what the cause is about, in the plural, and how many more
// there are per hour; noun is empty if that is not known.
func (s Suspect) CountedObjects() (noun string, perHour float64) {
	if s.Object == "" || s.PerObject <= 1 {
		return "", 0
	}
	return s.Object, s.GrowthPerHour / float64(s.PerObject)
}

// Claim says what the subject does: Before + Subject + After.
type Claim struct {
	Before, Subject, After string
}

// String joins the claim.
func (c Claim) String() string { return c.Before + c.Subject + c.After }

// Label identifies the suspect in a few words: the function without its path, or
// the kind of memory if no function is known.
func (s Suspect) Label() string {
	switch {
	case s.Function != "":
		return profile.ShortName(s.Function)
	case s.Kind == OffHeap:
		return "memory outside of Go"
	case s.Kind == Stacks:
		return "memory of stacks"
	case s.Kind == Files:
		return "open files"
	case s.Kind == Children:
		return "child processes"
	}
	return profile.NoFrames
}

// IsIgnored reports whether the suspect, or what creates it, is on a list.
func (s Suspect) IsIgnored(l ignore.List) bool {
	return l.Matches(s.Function) || l.Matches(s.Creator) || l.Matches(s.Label())
}

// Memory is how much memory there is, how much is used, and when it runs out. All
// sizes are of the latest reading, in bytes; 0 is unknown.
type Memory struct {
	Limit int64 `json:"limit"`
	// Charged is what counts against the limit: the working set of the container;
	// else RSS and swap; else what the Go runtime obtained from the system.
	// ChargedFrom says which.
	Charged     int64       `json:"charged"`
	ChargedFrom ChargedFrom `json:"chargedFrom,omitempty"`
	RSS         int64       `json:"rss"`      // resident, as it was read last; 0 if unknown, or below HeapLive
	Anon        int64       `json:"anon"`     // of RSS: only the process can release it
	File        int64       `json:"file"`     // of RSS: pages of mapped files, which the kernel can reclaim
	HeapLive    int64       `json:"heapLive"` // from the newest heap profile
	// HoursToLimit is the time until the limit is reached at the present growth of
	// Charged, or of the suspects if that is unknown; 0 without a limit or growth.
	// HoursToLimitLow and HoursToLimitHigh bound its 90% interval; 0 if unknown. Only the
	// latter is 0 if memory may not grow at all.
	HoursToLimit     float64 `json:"hoursToLimit"`
	HoursToLimitLow  float64 `json:"hoursToLimitLow,omitempty"`
	HoursToLimitHigh float64 `json:"hoursToLimitHigh,omitempty"`
	resident         int64   // RSS as it was read, if that is below HeapLive
}

// ChargedFrom is the source of Memory.Charged.
type ChargedFrom string

// The sources of Memory.Charged.
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

// Function returns the evaluation of the heap that a blamed function retains. A
// group without findings is steady once the whole is known to be.
func (r Report) Function(f *profile.Function) Evaluation { return r.evaluationOf(key{fn: f}) }

// Stack returns the evaluation of the goroutines of a stack.
func (r Report) Stack(s *profile.Stack) Evaluation { return r.evaluationOf(key{stack: s}) }

// Group returns the evaluation of a group.
func (r Report) Group(g *profile.Group) Evaluation { return r.evaluationOf(keyOf(g)) }

func (r Report) evaluationOf(k key) Evaluation {
	e, ok := r.evaluations[k]
	switch {
	case !ok && !r.isOpen && r.Verdict != "":
		return Evaluation{Shape: ShapeSteady}
	case r.isOpen && e.Shape == ShapeSteady:
		return Evaluation{}
	}
	return e
}

// listRising records the rates of the groups whose rates are certain.
func (r *Report) listRising(all ...[]profile.Group) {
	r.rising = map[profile.Kind][]Rate{}
	for _, groups := range all {
		for i := range groups {
			if e := r.Group(&groups[i]); e.Rate.IsCertain() && !e.Shape.IsHarmless() {
				r.rising[groups[i].Kind] = append(r.rising[groups[i].Kind], e.Rate)
			}
		}
	}
}

// RaiseToParts returns the hourly rate of the total of a kind, which is at least that of
// each of its parts. Both are estimates: the total is raised to its fastest part as far as
// both intervals allow. A part that is certainly faster means that others shrink.
func (r Report) RaiseToParts(total Rate, of profile.Kind) float64 {
	out := total.PerHour
	for _, part := range r.rising[of] {
		if part.Low <= total.High {
			out = max(out, part.PerHour)
		}
	}
	return out
}

// Suspect returns the suspect that a group is, or is part of.
func (r Report) Suspect(g *profile.Group) (s Suspect, ok bool) {
	i, ok := r.SuspectIndex(g)
	if !ok {
		return s, false
	}
	return r.Suspects[i], true
}

// SuspectOfFunction returns the index of the suspect that the heap blamed on a function
// is part of, -1 for none.
func (r Report) SuspectOfFunction(f *profile.Function) int { return r.indexOf(key{fn: f}) }

// SuspectOfStack returns the index of the suspect that the goroutines of a stack are
// part of, -1 for none.
func (r Report) SuspectOfStack(s *profile.Stack) int { return r.indexOf(key{stack: s}) }

func (r Report) indexOf(k key) int {
	if i, ok := r.suspectOf[k]; ok && i < len(r.Suspects) {
		return i
	}
	return -1
}

// SuspectIndex returns the index in Suspects of the suspect that a group is, or is
// part of.
func (r Report) SuspectIndex(g *profile.Group) (i int, ok bool) {
	i, ok = r.suspectOf[keyOf(g)]
	return i, ok && i < len(r.Suspects)
}
