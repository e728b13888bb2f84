package leak

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
)

// Judge judges one poll. It keeps no state: what must hold for several consecutive
// polls is checked in the series themselves, so that any moment of a recording is
// judged as it was live.
func Judge(in Input) Report {
	c := newJudgment(in)
	taken := map[key]bool{}
	for _, d := range detectors {
		for _, f := range d.findLeaks(c) {
			k := keyOf(f.series.group)
			if f.spread != nil || f.members != nil {
				c.findings = append(c.findings, f)
				continue
			}
			if f.hasNoGroup() || !taken[k] {
				taken[k] = !f.hasNoGroup()
				c.findings = append(c.findings, f)
			}
		}
	}
	for _, f := range c.findings {
		c.assignSignature(f)
	}
	c.withLoad()
	for _, f := range c.findings {
		if f.heaviestStack() != nil && in.Known[f.heaviestStack()].Cohort.turnsOver(f.growth.rise) {
			f.confidence = Low
		}
		if f.heaviestStack() != nil && in.Known[f.heaviestStack()].Leaked {
			f.confidence = Proven
		}
	}
	c.combineFindings()
	addRisingHeap(c)
	c.rankFindings()
	return c.newReport()
}

// newReport reports the findings.
func (c *judgment) newReport() Report {
	m := c.newMemory()
	r := Report{
		Suspects: []Suspect{}, Ignored: []Suspect{}, Memory: m, Diagnostics: c.listDiagnostics(m), Watched: c.in.watchedTime(),
		BlindSpots: c.in.blindSpots(), evaluations: map[key]Evaluation{}, suspectOf: map[key]int{}, ignored: c.in.Ignored,
	}
	markUntouched(c, m)
	for i, f := range c.findings {
		s := c.newSuspect(f)
		if i == 0 && s.Confidence != Low {
			s.addTimeToLimit(m)
		}
		if s.IsIgnored(c.in.Ignored) {
			r.Ignored = append(r.Ignored, s)
			continue
		}
		r.Suspects = append(r.Suspects, s)
		if s.WantsCreator && f.heaviestStack() != nil {
			r.WantsTrace = append(r.WantsTrace, f.heaviestStack())
		}
		r.tagRows(f, s)
	}
	for k, v := range c.others {
		if _, ok := r.evaluations[k]; !ok {
			r.evaluations[k] = v.s.newEvaluation(v.g)
		}
	}
	c.dropIgnored()
	grows := sync.OnceValue(c.whatGrows)
	r.Verdict = c.decideVerdict(r, grows)
	if r.Verdict == Steady {
		r.Memory.dropTimeToLimit() // what comes and goes grows for some minutes, too
	}
	r.isOpen = r.Verdict == Undecided
	r.Caveat = c.newCaveat(r, grows)
	r.LookAlikes = c.lookAlikes(r)
	r.Grew = c.listGrown(r)
	r.Leader = c.leader(r)
	r.listRising(c.in.Heap, c.in.Goroutines)
	return r
}

// tagRows marks the rows of what the last suspect of r consists of.
func (r *Report) tagRows(f *finding, s Suspect) {
	shape := ShapeLeak
	if f.confidence == Low {
		shape = ShapeSuspect
	}
	tag := func(g *profile.Group, rate Rate) {
		r.evaluations[keyOf(g)], r.suspectOf[keyOf(g)] = Evaluation{Shape: shape, Rate: rate, Text: s.Sentence}, len(r.Suspects)-1
	}
	if f.spread == nil && !f.hasNoGroup() { // otherwise no single function, or no row, is a suspect
		for _, part := range f.allParts() {
			tag(part.group, f.rateOf(part))
		}
	}
	for _, m := range f.members {
		tag(m.group, f.rateOf(m))
	}
	for _, h := range f.holding {
		if h.spread == nil {
			tag(h.series.group, perHourRate(h.own, h.growth.window))
		}
	}
}

// dropIgnored leaves out of the verdict what grows in functions that the user
// ignores.
func (c *judgment) dropIgnored() {
	if c.in.Ignored.IsEmpty() {
		return
	}
	maps.DeleteFunc(c.others, func(_ key, b bystander) bool { return c.in.ignoresGroup(b.s.group) })
	c.in.Live = c.in.notIgnored(c.in.Live)
}

// rateOf returns the rate of one group that is part of a finding.
func (f *finding) rateOf(p part) Rate {
	if p.series == f.series {
		return perHourRate(f.own, f.growth.window)
	}
	return perHourRate(p.rate, f.growth.window)
}

// lookAlikes returns the largest groups that resemble a leak but are not one.
func (c *judgment) lookAlikes(r Report) []LookAlike {
	type alike struct {
		moved float64
		LookAlike
	}
	var all []alike
	for k, v := range c.others {
		if v.g.shape == ShapeTooShort || v.g.shape == ShapeNoise || v.s.group.Blame == nil {
			continue
		}
		extent := trend.MeasureExtent(v.s.value)
		moved := extent.High - extent.Low
		if !v.s.isHeap() {
			moved *= GoroutineBytes
		}
		if e := r.evaluations[k]; e.Text != "" && !e.Shape.IsSuspect() {
			all = append(all, alike{moved, LookAlike{v.s.group.Blame.Name, e}})
		}
	}
	slices.SortFunc(all, func(a, b alike) int {
		return cmp.Or(cmp.Compare(b.moved, a.moved), cmp.Compare(a.Function, b.Function), cmp.Compare(a.Text, b.Text))
	})
	var out []LookAlike
	for _, a := range all[:min(len(all), maxLookAlikes)] {
		out = append(out, a.LookAlike)
	}
	return out
}

// maxLookAlikes bounds the look-alikes in a report.
const maxLookAlikes = 3
