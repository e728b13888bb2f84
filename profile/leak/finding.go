package leak

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
)

// finding is what a detector found: growth as of a leak.
type finding struct {
	kind        Kind
	s           *series
	g           growth
	own         trend.Slope // of s alone; that of g has the parts in it
	object      bool        // one growing object, by its steps
	sig         *Signature
	sure        Confidence
	creator     profile.Frame // of goroutines, where no stack shows the user's code; Func is nil if none is known
	holds       float64       // bytes a second of heap held by these goroutines
	heldBy      *finding      // the goroutines that hold this heap
	parts       []part        // of other stacks, whose growth is counted in
	isAnon      bool          // memory outside of Go that is anonymous: no mapped file
	loaded      bool          // as more is allocated: it may be more clients
	others      int           // other stacks of the same leak that were summed up here
	spread      *Spread       // where growth is spread over many functions; nil else
	spreadBlame *profile.Function
	spreadStack *profile.Stack
	halves      []string // other methods of the same type whose goroutines are, see joinHalves
}

// part is the share of another stack's growth that belongs to a finding.
type part struct {
	*series
	share float64
	rate  trend.Slope // of the share
}

// all are the finding's own series and its parts.
func (f *finding) all() []part { return append([]part{{f.s, 1, f.own}}, f.parts...) }

// blame is the guilty function: the creator where it is known and the stack
// shows nothing of the user's.
func (f *finding) blame() *profile.Function {
	return f.guilty().Func
}

// guilty is the blamed function with its line; Func is nil where none is known.
func (f *finding) guilty() profile.Frame {
	if f.spread != nil {
		return lineOf(f.spreadStack, f.spreadBlame)
	}
	b := f.s.group.Blame
	if f.creator.Func != nil && (b == nil || b.Class < profile.ClassUser) {
		return f.creator
	}
	return lineOf(f.stack(), b)
}

// perHour is the growth of a finding by the hour.
func (f *finding) perHour() float64 { return f.g.rate.PerSecond * 3600 }

// weight ranks: bytes a second, a goroutine counting what one costs at least
// and what it holds.
func (f *finding) weight() float64 {
	if f.kind == Goroutine {
		return f.g.rate.PerSecond*GoroutineBytes + f.holds
	}
	return f.g.rate.PerSecond
}

// stack is the heaviest stack, nil for memory outside of Go.
func (f *finding) stack() *profile.Stack {
	if f.spread != nil {
		return f.spreadStack
	}
	return topStack(f.s.group)
}

// course is one poll being judged.
type course struct {
	in         Input
	origin     time.Time // of the seconds of all series
	heap       []*series // those that moved enough to be looked at
	goroutines []*series
	goal       []trend.Point // of the collector, see newGoal
	findings   []*finding
	outside    Shape               // of memory outside of Go, where it is no finding
	thin       Shape               // of growth that is spread over many functions, where it is too young
	others     map[key]bystander   // what is no finding
	grown      map[stretch]float64 // what all groups of a kind grew by, where it was asked for
}

// stretch is a kind of growth over the last seconds.
type stretch struct {
	kind   Kind
	window float64
}

// bystander is a group that is no finding, and what it looks like.
type bystander struct {
	s *series
	g growth
}

// newCourse takes from the input what is worth a look.
func newCourse(in Input) *course {
	c := &course{in: in, origin: in.Start, others: map[key]bystander{}, grown: map[stretch]float64{}}
	if c.origin.IsZero() {
		c.origin = in.Now
	}
	c.heap = c.moved(in.Heap, int64(params.material.heap))
	c.goroutines = c.moved(in.Goroutines, int64(params.material.goroutines))
	c.goal = newGoal(in.Memory, c.origin)
	c.markRequests()
	return c
}

// moved makes series of the groups whose values differ by least; nothing that
// moved less can be a suspect, so that most groups cost one pass.
func (c *course) moved(groups []profile.Group, least int64) []*series {
	var out []*series
	for i := range groups {
		g := &groups[i]
		if len(g.Points) < 2 {
			continue
		}
		low, high := g.Points[0].Value, g.Points[0].Value
		for _, p := range g.Points {
			low, high = min(low, p.Value), max(high, p.Value)
		}
		if high-low >= least {
			out = append(out, newSeries(g, c.origin))
		}
	}
	return out
}
