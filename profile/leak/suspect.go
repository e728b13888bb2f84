package leak

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
)

// maxStack bounds the stack of a suspect.
const maxStack = 64

// suspect is a finding made ready to be told.
func (c *course) suspect(f *finding) Suspect {
	s := Suspect{
		Kind: f.kind, Unit: "bytes", Stack: []string{}, Confidence: f.sure, Holds: f.holds * 3600,
		GrowthPerHour: finite(f.perHour()), Low: finite(f.g.rate.Low * 3600), High: finite(f.g.rate.High * 3600),
		Share: c.share(f), SinceSeconds: f.g.window, Origin: c.origin,
		Evidence: append(f.evidence(), c.learnt(f)...), Disproof: c.disproof(f),
	}
	s.Points, s.Floor = f.course()
	if f.kind == Goroutine {
		s.Unit = "goroutines"
	}
	if f.kind != OffHeap && f.spread == nil {
		s.Group = f.s.group
	}
	s.Spread = f.spread
	if st := f.stack(); st != nil {
		for _, fr := range st.Frames[:min(len(st.Frames), maxStack)] {
			s.Stack = append(s.Stack, fr.Func.Name)
		}
	}
	if at := f.guilty(); at.Func != nil {
		b := at.Func
		s.Function, s.File, s.Line = b.Name, b.File, at.Line
		s.WantsCreator = f.wantsCreator()
	}
	s.Cause, s.Fix = "What is made stays.", "Find who holds it."
	if f.kind == Goroutine {
		s.Cause, s.Fix = "These goroutines start and do not end.", "Give each a way to end: a context, a closed channel, a deadline."
	}
	if f.spread != nil {
		s.Cause = "Many places each keep a little of what they allocate, in all: something that they share, a request, a session or a cache entry, is kept."
		s.Fix = "Look at what the functions have in common, and for the collection that holds it."
	}
	if f.sig != nil {
		s.Signature, s.Cause, s.Fix, s.Example = f.sig.ID, f.name(f.sig.Cause), f.name(f.sig.Fix), f.sig.Example
	}
	if f.creator.Func != nil && f.isShadow() {
		s.Creator = f.creator.Func.Name
	}
	s.Claim = f.claim()
	s.Sentence = f.sentence(s)
	return s
}

// wantsCreator tells whether nothing says who starts these goroutines. The other
// end of a connection is started by the server, whoever holds it.
func (f *finding) wantsCreator() bool {
	b := f.blame()
	return f.kind == Goroutine && b != nil && b.Class < profile.ClassUser && (f.sig == nil || f.sig.ID != "server-end")
}

// lineOf is the line of a function on a stack, its first line if it is not on it.
func lineOf(st *profile.Stack, b *profile.Function) profile.Frame {
	if st != nil {
		for _, fr := range st.Frames {
			if fr.Func == b {
				return fr
			}
		}
	}
	if b == nil {
		return profile.Frame{}
	}
	return profile.Frame{Func: b, Line: b.StartLine}
}

func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// name puts the name of the library into a text of a signature.
func (f *finding) name(text string) string {
	if !strings.Contains(text, "{library}") {
		return text
	}
	return strings.ReplaceAll(text, "{library}", f.libraryName())
}

// claim is who does what.
func (f *finding) claim() Claim {
	b := f.blame()
	switch {
	case f.spread != nil:
		return f.spread.claim()
	case f.sig != nil && b != nil && (b.Class == profile.ClassUser || b.Class == profile.ClassDep && !f.isShadow() || f.sig.Alone == ""):
		before, after, _ := strings.Cut(f.name(f.sig.Says), "%s")
		return Claim{before, short(b.Name), after}
	case f.sig != nil:
		return Claim{After: f.name(f.sig.Alone)}
	case b != nil:
		return Claim{Who: short(b.Name), After: " has ever more goroutines"}
	}
	return Claim{After: "what has no stack grows"}
}

// course is the series of a finding, its parts included, and the floor by which it was
// judged.
func (f *finding) course() (points, floor []trend.Point) {
	if len(f.parts) == 0 {
		return f.s.value, f.g.floor
	}
	points = slices.Clone(f.s.value)
	for _, p := range f.parts {
		i := 0
		for j := range points {
			for i < len(p.value)-1 && p.value[i+1].T <= points[j].T+params.polls.same {
				i++
			}
			if p.value[i].T <= points[j].T+params.polls.same {
				points[j].V += p.share * p.value[i].V
			}
		}
	}
	return points, trend.Floor(trend.Since(points, f.s.now()-f.g.window))
}

// addTimeToLimit says when the memory limit is reached; 0 for never.
func (s *Suspect) addTimeToLimit(h float64) {
	if h > 0 {
		s.HoursToLimit = h
		s.Sentence += "; limit in " + Hours(h)
	}
}

// sentence is the suspect in one line.
func (f *finding) sentence(s Suspect) string {
	says := s.Claim.String() + ": " + perHour(s.GrowthPerHour, s.Low, s.High, f.kind)
	if len(f.halves) > 0 {
		says += ", " + strings.Join(f.halves, " and ") + " included"
	}
	if steps := f.describeStairs(); steps != "" {
		says += ", " + steps
	}
	if f.loaded {
		says += ", as the load grows"
	}
	if f.heldBy != nil {
		return says + ", held by the goroutines above"
	}
	if f.kind == Heap {
		says += fmt.Sprintf(", %d%% of the growth", int(math.Round(100*s.Share)))
	}
	if f.holds > 0 {
		says += ", holding +" + size(f.holds*3600) + "/h"
	}
	return says
}

// evidence is what speaks for a finding.
func (f *finding) evidence() []string {
	var out []string
	amount := size
	if f.kind == Goroutine {
		amount = func(v float64) string { return count(v) + " goroutines" }
	}
	out = append(out, fmt.Sprintf("what was never given back rose by %s in %s", amount(f.g.rise), span(f.g.window)))
	switch {
	case f.object:
		out = append(out, fmt.Sprintf("one object grew in %d steps that lie on a line (R² %.2f)", f.g.fill.Steps, f.g.fill.R2))
	case len(f.g.stairs.Steps) > 0 && f.g.even.Steps == 0:
		out = append(out, f.describeStairs()+": a reload, a job or an event that keeps something each time")
	case len(f.g.saw.Troughs) > 0:
		out = append(out, fmt.Sprintf("%d%% of %d troughs stand higher than the one before", int(100*f.g.saw.Rising()), len(f.g.saw.Troughs)))
	default:
		how := "evenly"
		if f.g.byGoal {
			how = "evenly, by the goal of the collector, which counts every object"
		}
		out = append(out, fmt.Sprintf("%s: at most %d%% away from a straight line, %d%% in the last quarter", how, int(100*f.g.even.Distance), int(100*f.g.even.LastQuarter)))
	}
	if f.kind == Heap {
		out = append(out, fmt.Sprintf("%d%% of what was allocated meanwhile is still there", int(math.Round(100*min(max(f.g.kept, 0), 1)))))
	}
	if f.kind == Heap && !f.object {
		out = append(out, fmt.Sprintf("%s sampled objects more, %.1f standard errors", count(f.g.events), f.g.z))
	}
	if age := f.describeAge(); age != "" {
		out = append(out, age)
	}
	if f.sure == Proven {
		out = append(out, "the runtime has proven that these goroutines are blocked for ever")
	}
	if f.loaded {
		out = append(out, "as much faster is allocated meanwhile: connections of clients that work would grow in the same way")
	}
	if f.spread != nil {
		out = append(out, f.spread.evidence())
	}
	if f.isAnon {
		out = append(out, "it is anonymous memory, so no file that is mapped")
	}
	switch {
	case f.others == 1:
		out = append(out, "another stack of the same function grows as well")
	case f.others > 1:
		out = append(out, fmt.Sprintf("%d other stacks of the same function grow as well", f.others))
	}
	return out
}

// learnt is what was found out on a key.
func (c *course) learnt(f *finding) []string {
	if f.kind != Goroutine {
		return nil
	}
	out := c.in.Notes[f.stack()]
	if text := c.in.Cohorts[f.stack()].Text(); text != "" {
		out = append(out[:len(out):len(out)], text)
	}
	return out
}

// behind is how many seconds ago the heap was as its profile shows it, see
// [profile.GroupPoint]; 0 for what is no heap.
func (c *course) behind(f *finding) float64 {
	if f.kind != Heap {
		return 0
	}
	return c.in.Now.Sub(f.s.at[len(f.s.at)-1].Of()).Seconds()
}

// disproof is what would speak against a finding.
func (c *course) disproof(f *finding) []string {
	stops := fmt.Sprintf("growth that stops: a floor that stays flat for %s takes the suspicion back", span(f.g.window/4))
	if s := c.behind(f); s > params.polls.rareGap {
		stops += fmt.Sprintf("; the profile shows the heap as of %s ago, because collections are rare: G asks for one", span(s))
	}
	out := []string{stops}
	if f.sig != nil && slices.Contains(ofClients, f.sig.ID) {
		out = append(out, "as many more clients: connections that are open because somebody works with them grow in the same way")
	}
	switch f.kind {
	case Goroutine:
		out = append(out, "a full goroutine dump now and in half a minute: if other goroutines wait there then, they come and go")
	case Heap:
		out = append(out, "less load: what follows the load goes down with it, a leak stays")
	case OffHeap:
		if !f.isAnon {
			out = append(out, "a file mapped into memory: its pages stop growing at its size, and the kernel takes them back when it needs them")
		}
	}
	return out
}
