package leak

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
)

// finding is what a detector found: growth as of a leak.
type finding struct {
	kind          Kind
	series        *series
	growth        growth
	own           trend.Slope // of s alone; that of g has the parts in it
	object        bool        // one growing object, by its steps
	signature     *Signature
	confidence    Confidence
	creator       profile.Frame // of goroutines, where no stack shows the user's code; Func is nil if none is known
	holds         float64       // bytes a second of heap held by these goroutines
	heldBy        *finding      // the goroutines that hold this heap
	parts         []part        // of other stacks, whose growth is counted in
	isAnon        bool          // memory outside of Go that is anonymous: no mapped file
	withLoad      bool          // as more is allocated: it may be more clients
	others        int           // other stacks of the same leak that were summed up here
	spread        *Spread       // where growth is spread over many functions; nil else
	spreadBlame   *profile.Function
	spreadStack   *profile.Stack
	joinedMethods []string // other methods of the same type whose goroutines are, see joinHalves
}

// part is the share of another stack's growth that belongs to a finding.
type part struct {
	*series
	share float64
	rate  trend.Slope // of the share
}

// allParts are the finding's own series and its parts.
func (f *finding) allParts() []part { return append([]part{{f.series, 1, f.own}}, f.parts...) }

// blamedFunc is the guilty function: the creator where it is known and the stack
// shows nothing of the user's.
func (f *finding) blamedFunc() *profile.Function {
	return f.blamedFrame().Func
}

// blamedFrame is the blamed function with its line; Func is nil where none is known.
func (f *finding) blamedFrame() profile.Frame {
	if f.spread != nil {
		return lineOf(f.spreadStack, f.spreadBlame)
	}
	b := f.series.group.Blame
	if f.creator.Func != nil && (b == nil || b.Class < profile.ClassUser) {
		return f.creator
	}
	return lineOf(f.heaviestStack(), b)
}

// perHour is the growth of a finding by the hour.
func (f *finding) perHour() float64 { return f.growth.rate.PerSecond * 3600 }

// rankWeight ranks: bytes a second, a goroutine counting what one costs at least
// and what it holds.
func (f *finding) rankWeight() float64 {
	if f.kind == Goroutine {
		return f.growth.rate.PerSecond*GoroutineBytes + f.holds
	}
	return f.growth.rate.PerSecond
}

// heaviestStack is the heaviest stack, nil for memory outside of Go.
func (f *finding) heaviestStack() *profile.Stack {
	if f.spread != nil {
		return f.spreadStack
	}
	return topStack(f.series.group)
}

// judgment is one poll being judged.
type judgment struct {
	in         Input
	origin     time.Time // of the seconds of all series
	heap       []*series // those that moved enough to be looked at
	goroutines []*series
	goal       []trend.Point // of the collector, see newGoal
	findings   []*finding
	outside    Shape                  // of memory outside of Go, where it is no finding
	thin       Shape                  // of growth that is spread over many functions, where it is too young
	others     map[key]bystander      // what is no finding
	kindGrowth map[growthSpan]float64 // what all groups of a kind grew by, where it was asked for
}

// growthSpan is a kind of growth over the last seconds.
type growthSpan struct {
	kind   Kind
	window float64
}

// bystander is a group that is no finding, and what it looks like.
type bystander struct {
	s *series
	g growth
}

// newJudgment takes from the input what is worth a look.
func newJudgment(in Input) *judgment {
	c := &judgment{in: in, origin: in.Start, others: map[key]bystander{}, kindGrowth: map[growthSpan]float64{}}
	if c.origin.IsZero() {
		c.origin = in.Now
	}
	c.heap = c.movingSeries(in.Heap, int64(params.material.heap))
	c.goroutines = c.movingSeries(in.Goroutines, int64(params.material.goroutines))
	c.goal = newGoal(in.Memory, c.origin)
	c.markRequests()
	return c
}

// movingSeries makes series of the groups whose values differ by least; nothing that
// moved less can be a suspect, so that most groups cost one pass.
func (c *judgment) movingSeries(groups []profile.Group, least int64) []*series {
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
