package leak

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callstack"
	"github.com/leaktop/leaktop/profile/trend"
)

// finding is growth that a detector takes for a leak.
type finding struct {
	kind          Kind
	series        *series
	growth        growth
	own           trend.Slope // of s alone; that of growth includes the parts
	object        bool        // a single growing object, found by its steps
	signature     *Signature
	confidence    Confidence
	creator       creator       // of goroutines whose stack has none of the user's code
	holds         float64       // bytes per second of heap held by these goroutines
	heldBy        *finding      // the goroutines that hold this heap
	holding       []*finding    // heap that these goroutines hold
	parts         []part        // of other stacks, whose growth is included
	isAnon        bool          // anonymous memory outside of Go: not a mapped file
	isZombies     bool          // child processes that have ended
	closes        profile.Frame // what starts these connections, but closes its bodies
	isUntouched   bool          // most of what it holds is not resident
	withLoad      bool          // while allocation increases: it may be more clients
	others        int           // number of other stacks of the same leak merged into this one
	spread        *Spread       // if growth is spread over many functions; else nil
	spreadBlame   *profile.Function
	spreadStack   *profile.Stack
	members       []part   // whose sum below one function of the service this finding is, see findJoint; empty otherwise
	keeper        creator  // what probably holds the memory of this finding, see joinContents
	waiter        *finding // the service's own goroutines that are included, see joinWaiters
	joinedMethods []string // what else is included: other methods of the same type, see joinMethods, or what joinCompanions merged
}

// part is the share of another stack's growth that belongs to a finding.
type part struct {
	*series
	share float64
	rate  trend.Slope // of the share
}

// allParts returns the finding's own series and its parts.
func (f *finding) allParts() []part { return append([]part{{f.series, 1, f.own}}, f.parts...) }

// growthStart returns when the window began over which a finding grew, with some room.
func (in *Input) growthStart(f *finding) time.Time {
	return in.Now.Add(-secondsOf(f.growth.window / params.window.nearly))
}

// hasNoGroup reports whether a finding is about something that no profile shows.
func (f *finding) hasNoGroup() bool {
	return f.kind == OffHeap || f.kind == Stacks || f.kind == Files || f.kind == Children
}

// blamedFunc returns the function to blame: the creator if it is known and the
// stack has none of the user's code.
func (f *finding) blamedFunc() *profile.Function {
	return f.blamedFrame().Func
}

// blamedFrame returns the blamed function with its line; Func is nil if unknown.
func (f *finding) blamedFrame() profile.Frame {
	if f.spread != nil {
		return callstack.LineOf(f.spreadStack, f.spreadBlame)
	}
	b := f.series.group.Blame
	if f.creator.Func != nil && (b == nil || b.Class < profile.ClassUser || f.isShadow()) {
		return f.creator.Frame
	}
	return callstack.LineOf(f.heaviestStack(), b)
}

// perHour returns the growth of a finding per hour.
func (f *finding) perHour() float64 { return f.growth.rate.PerSecond * 3600 }

// rankWeight returns the weight for ranking: bytes per second, where a goroutine counts
// for its minimum cost and what it holds, and an open file, which costs the kernel
// about as much, for the same minimum.
func (f *finding) rankWeight() float64 {
	switch f.kind {
	case Goroutine, Files, Children:
		return f.growth.rate.PerSecond*GoroutineBytes + f.holds
	}
	return f.growth.rate.PerSecond
}

// heaviestStack returns the heaviest stack, or nil for memory outside of Go.
func (f *finding) heaviestStack() *profile.Stack {
	if f.spread != nil {
		return f.spreadStack
	}
	return topStack(f.series.group)
}

// judgment is the state of judging one poll.
type judgment struct {
	in         Input
	origin     time.Time // time 0 of all series
	heap       []*series // those that moved enough to be judged
	goroutines []*series
	goal       []trend.Point // of the collector, see newGoal
	findings   []*finding
	outside    string                 // what memory outside of Go does without being a finding; empty if nothing
	children   string                 // the same of child processes
	stacks     string                 // why the memory of stacks keeps the verdict undecided; empty if it does not
	thin       Shape                  // growth that is spread over many functions, if it is too young
	others     map[key]bystander      // groups that are not findings
	held       map[key]bool           // groups of the heap that goroutines of a finding hold, see addRisingHeap
	kindGrowth map[growthSpan]float64 // growth of all groups of a kind, computed on demand
}

// growthSpan identifies the growth of a kind over the last seconds.
type growthSpan struct {
	kind   Kind
	window float64
}

// bystander is a group that is not a finding, and its evaluation.
type bystander struct {
	s *series
	g growth
}

// newJudgment selects from the input what is worth judging.
func newJudgment(in Input) *judgment {
	c := &judgment{in: in, origin: in.Start, others: map[key]bystander{}, held: map[key]bool{}, kindGrowth: map[growthSpan]float64{}}
	if c.origin.IsZero() {
		c.origin = in.Now
	}
	c.heap = c.movingSeries(in.Heap, int64(params.material.heap))
	c.goroutines = c.movingSeries(in.Goroutines, int64(params.material.goroutines))
	c.goal = newGoal(in.Memory, c.origin)
	confirmOngoing(c)
	c.markRequests()
	in.Moments.begin()
	return c
}

// movingSeries makes series of the groups whose values differ by at least minMove. A
// group that moved less cannot be a suspect, so most groups cost one pass.
func (c *judgment) movingSeries(groups []profile.Group, minMove int64) []*series {
	var out []*series
	for i := range groups {
		g := &groups[i]
		if len(g.Points) < 2 {
			continue
		}
		low, high := valueRange(g)
		if high-low >= minMove {
			out = append(out, newSeries(g, c.origin))
		}
	}
	return out
}

// valueRange returns the lowest and the highest value of a group.
func valueRange(g *profile.Group) (low, high int64) {
	low, high = g.Points[0].Value, g.Points[0].Value
	eachChange(g, func(i int) {
		low, high = min(low, g.Points[i].Value), max(high, g.Points[i].Value)
	})
	return low, high
}

// eachChange calls do with the index of each point that differs from the one before. In
// the heap, nothing can have changed between two points with equal allocations and
// equal live bytes: most groups of a large service are constant, and looking at all
// their points would take most of the time.
func eachChange(g *profile.Group, do func(i int)) {
	if g.Kind != profile.Heap {
		for i := 1; i < len(g.Points); i++ {
			do(i)
		}
		return
	}
	var between func(i, j int)
	between = func(i, j int) {
		a, b := &g.Points[i], &g.Points[j]
		switch {
		case a.AllocSpace == b.AllocSpace && a.Value == b.Value:
		case j == i+1:
			do(j)
		default:
			m := (i + j) / 2
			between(i, m)
			between(m, j)
		}
	}
	if n := len(g.Points); n > 1 {
		between(0, n-1)
	}
}
