package leak

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/ignore"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/profile/trend"
)

// LoadResult is what remained after the same load was put on a service repeatedly:
// the three-snapshot technique. What is retained each time is a leak; what is
// retained only the first time is something the service keeps ready, such as a
// cache or a pool.
type LoadResult struct {
	Verdict Verdict
	// Retained are the functions that retained something after any load: leaks first,
	// then by size.
	Retained []Retained
	// Suspects are the entries of Retained that leak, or may, as in a [Report].
	Suspects []Suspect
	// Ignored are like Suspects, in functions that the user ignores.
	Ignored []Suspect
	// Caveat is what this test cannot exclude.
	Caveat profile.Diagnostic
}

// Retained is what one function, or the goroutines of one stack, retained.
type Retained struct {
	Kind     Kind   `json:"kind"`
	Function string `json:"function"`
	Unit     string `json:"unit"` // "bytes" or "goroutines"
	// Values are what was held at the idle marks: before the first load, and after
	// each.
	Values []int64 `json:"values"`
	// Added is the increase with each load.
	Added []int64 `json:"stayed"`
	// Errors are the standard errors of Added, because the heap profile is sampled; 0
	// for goroutines, which are counted.
	Errors []float64 `json:"errors"`
	When   string    `json:"look"` // when it was retained: "each time"
	reason retention
	grew   int64 // over all loads
}

// retention classifies the increases of a Retained.
type retention int

const (
	retainedNothing retention = iota
	retainedFirst             // a later load added nothing
	retainedLater             // the first load added nothing
	retainedLess              // the last load added much less than the first
	retainedEach              // as a leak does
)

var retentionWords = [...]string{
	retainedNothing: "nothing",
	retainedFirst:   "first load only", // a cache or a pool, filled
	retainedLater:   "later load only",
	retainedLess:    "less each time", // a cache that fills gradually, or a leak
	retainedEach:    "each time",
}

// Mark is a time at which the service was idle. What is held is the minimum between
// its ends: it excludes what is about to be freed.
type Mark struct{ From, To time.Time }

// LoadInput is what was observed of one process: the series of blamed functions and
// of goroutine stacks with their values at the marks, from heap profiles taken just
// after a collection.
type LoadInput struct {
	Heap, Goroutines []profile.Group
	Marks            []Mark // before the first load and after each; 3 or more
	// Known is like that of an [Input].
	Known map[*profile.Stack]StackFacts
	// Ignored are like those of an [Input].
	Ignored ignore.List
}

// WantsCreators reports whether the marks so far show retained goroutines whose
// creator is unknown: an execution trace under load would show it.
func (in LoadInput) WantsCreators() bool {
	if len(in.Marks) < 2 {
		return false
	}
	groups := atMarks(in.Goroutines, in.Marks)
	c := newJudgment(Input{Start: in.Marks[0].To, Goroutines: groups})
	for i := range groups {
		f := &finding{kind: Goroutine, series: newSeries(&groups[i], c.origin)}
		if f.series.countEvents() < params.material.goroutines/2 {
			continue
		}
		if c.assignSignature(f); f.wantsCreator() {
			return true
		}
	}
	return false
}

// JudgeLoads compares the marks.
func JudgeLoads(in LoadInput) LoadResult {
	r := LoadResult{Retained: []Retained{}, Suspects: []Suspect{}, Verdict: Steady}
	if len(in.Marks) < 3 {
		r.Verdict = Undecided
		r.Caveat = profile.Diagnostic{Code: profile.CodeShortWatch, What: "a verdict needs a measurement before the first load and one after each of at least two"}
		return r
	}
	heap, gor := atMarks(in.Heap, in.Marks), atMarks(in.Goroutines, in.Marks)
	first, last := in.Marks[0].To, in.Marks[len(in.Marks)-1].To
	c := newJudgment(Input{Now: last, Start: first, Heap: heap, Goroutines: gor, Known: in.Known})
	stays := map[key]Retained{}
	for _, groups := range [][]profile.Group{heap, gor} {
		for i := range groups {
			s := retainedOf(&groups[i])
			if s.reason == retainedNothing {
				continue
			}
			r.Retained = append(r.Retained, s)
			stays[keyOf(&groups[i])] = s
			if s.reason == retainedLater && !in.Ignored.Matches(s.Function) {
				r.Verdict = Undecided
			}
			if f := c.findingOf(&groups[i], s); f != nil {
				c.findings = append(c.findings, f)
			}
		}
	}
	sort.SliceStable(r.Retained, func(i, j int) bool {
		a, b := r.Retained[i], r.Retained[j]
		return cmp.Or(cmp.Compare(b.reason, a.reason), cmp.Compare(b.rankWeight(), a.rankWeight()), cmp.Compare(a.Function, b.Function)) < 0
	})
	for _, f := range c.findings {
		sure := f.confidence
		c.assignSignature(f)
		f.confidence = sure // equal loads have confirmed or ruled out the innocent explanations
	}
	c.combineFindings()
	c.rankFindings()
	for _, f := range c.findings {
		s := c.newSuspect(f)
		s.describeRetained(f, stays[keyOf(f.series.group)])
		if s.IsIgnored(in.Ignored) {
			r.Ignored = append(r.Ignored, s)
			continue
		}
		r.Suspects = append(r.Suspects, s)
		if s.Confidence != Low {
			r.Verdict = Leaks
		} else if r.Verdict == Steady {
			r.Verdict = Undecided
		}
	}
	r.Caveat = profile.Diagnostic{Code: profile.CodeBlindSpots, What: fmt.Sprintf("a load that leaves behind less than %s of small objects or %d goroutines would not show; a cache that takes more than %d loads to fill is not excluded",
		quantity.BytesRough(params.material.samples*params.material.sampleRate), int(params.material.goroutines)/2, len(in.Marks)-1)}
	return r
}

// atMarks reduces each group to one point per mark.
func atMarks(groups []profile.Group, marks []Mark) []profile.Group {
	out := make([]profile.Group, 0, len(groups))
	for _, g := range groups {
		points := make([]profile.GroupPoint, len(marks))
		for i, m := range marks {
			points[i] = atMark(g.Points, m)
		}
		g.Points = points
		out = append(out, g)
	}
	return out
}

// atMark returns the lowest point within a mark, or, if there is none because no
// distinct profile arrived, the last one before it.
func atMark(points []profile.GroupPoint, m Mark) profile.GroupPoint {
	var found profile.GroupPoint
	inside, from, to := false, profile.InstantOf(m.From), profile.InstantOf(m.To)
	for _, p := range points {
		switch {
		case p.Time.After(to):
		case p.Time.Before(from):
			found = p
		case !inside || p.Value <= found.Value:
			found, inside = p, true
		}
	}
	found.Time = to
	return found
}

// retainedOf compares the marks of one group.
func retainedOf(g *profile.Group) Retained {
	s := Retained{Kind: Heap, Unit: "bytes"}
	least := int64(params.material.heap)
	if g.Kind == profile.Goroutine {
		s.Kind, s.Unit, least = Goroutine, "goroutines", int64(params.material.goroutines)
	}
	if g.Blame != nil {
		s.Function = g.Blame.Name
	}
	p := g.Points
	var grew []bool // for each load, whether something was retained
	for i := range p {
		s.Values = append(s.Values, p[i].Value)
		if i == 0 {
			continue
		}
		d, e := p[i].Value-p[i-1].Value, samplingError(p[i-1], p[i])
		s.Added, s.Errors = append(s.Added, d), append(s.Errors, e)
		// At least half of what matters over all loads, and significant at 95%.
		grew = append(grew, d >= least/2 && float64(d) >= params.rate.toInterval*e)
	}
	n := len(grew)
	s.grew = p[n].Value - p[0].Value
	if s.grew >= least && float64(s.grew) >= params.floor.z*samplingError(p[0], p[n]) {
		s.reason = reasonOf(grew, 2*s.Added[n-1] >= s.Added[0])
	}
	s.When = retentionWords[s.reason]
	return s
}

// reasonOf classifies what was retained after some loads. asLarge reports whether
// the last increase is as large as the first.
func reasonOf(grew []bool, asLarge bool) retention {
	first, last := grew[0], grew[len(grew)-1]
	switch {
	case asLarge && !slices.Contains(grew, false):
		return retainedEach
	case first && last:
		return retainedLess
	case first:
		return retainedFirst
	case slices.Contains(grew, true):
		return retainedLater
	}
	return retainedNothing
}

func (s Retained) rankWeight() float64 {
	if s.Kind == Goroutine {
		return float64(s.grew) * GoroutineBytes
	}
	return float64(s.grew)
}

// findingOf makes a finding of what was retained each time.
func (c *judgment) findingOf(g *profile.Group, st Retained) *finding {
	if st.reason < retainedLess {
		return nil
	}
	s := newSeries(g, c.origin)
	n := len(s.value) - 1
	over := s.value[n].T - s.value[0].T
	if s.counterFell || n < 2 || over <= 0 {
		return nil
	}
	last := s.at[n]
	f := &finding{
		kind: st.Kind, series: s, confidence: High,
		object: st.Kind == Heap && last.Largest >= params.material.object && 2*last.Largest >= last.Value,
		growth: growth{floor: trend.Floor(s.value), shape: ShapeSuspect, window: over, rise: float64(st.grew), kept: s.keptShare(), events: s.countEvents()},
	}
	if st.reason == retainedLess {
		f.confidence = Low
	}
	e := params.rate.toInterval * samplingError(s.at[0], last)
	f.growth.rate = trend.Slope{PerSecond: f.growth.rise / over, Low: (f.growth.rise - e) / over, High: (f.growth.rise + e) / over}
	f.own = f.growth.rate
	return f
}

// describeRetained describes in a suspect what the loads left behind, instead of a series.
func (s *Suspect) describeRetained(f *finding, st Retained) {
	s.Evidence, s.Disproof = nil, []string{"another load that leaves nothing behind: then it was a cache that takes a long time to fill"}
	for i, d := range st.Added {
		text := fmt.Sprintf("%s stayed after load %d", st.Kind.formatAmount(float64(d)), i+1)
		if e := st.Errors[i]; e > 0 {
			text += fmt.Sprintf(" (sampling error ±%s)", quantity.BytesRough(params.rate.toInterval*e))
		}
		s.Evidence = append(s.Evidence, text)
	}
	if st.Kind == Heap {
		s.Evidence = append(s.Evidence, fmt.Sprintf("%d%% of what was allocated in between is still there", int(math.Round(100*min(max(f.growth.kept, 0), 1)))))
	}
	// From the rate, which includes other stacks of the same leak.
	s.Sentence = f.newClaim().String() + ": +" + st.Kind.formatAmount(math.Round(f.growth.rate.PerSecond*f.growth.window/float64(len(st.Added)))) + " a load"
}
