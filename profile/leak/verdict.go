package leak

import (
	"fmt"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/blindspot"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/profile/trend"
)

// decideVerdict returns the verdict on the whole service; grows is [judgment.whatGrows].
func (c *judgment) decideVerdict(r Report, grows func() string) Verdict {
	switch {
	case slices.ContainsFunc(r.Suspects, func(s Suspect) bool { return s.Confidence != Low }):
		return Leaks
	case c.in.isYoung(), len(r.Suspects) > 0, hasBlocking(r.Diagnostics), grows() != "":
		return Undecided
	case c.in.Past.GrowsNow(c.in.Now): // too slowly for this watch
		return Undecided
	case c.in.coverageOf(profile.Heap).Distinct == 0 && c.in.coverageOf(profile.Goroutine).Distinct == 0:
		return Undecided
	case !c.in.isKnown(profile.Goroutine) || !c.in.isKnown(profile.Heap):
		return Undecided
	}
	return Steady
}

// isYoung reports whether the process was not watched for long enough for a
// verdict.
func (in *Input) isYoung() bool {
	return in.watchedTime().Seconds() < params.window.min.Seconds()*params.window.nearly
}

// isBlind reports whether no kind of profile arrives, and none ever did: no verdict can be
// expected, however long the watch.
func (in *Input) isBlind() bool {
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		v := in.coverageOf(k)
		if v.Distinct > 0 || v.Endpoint == EndpointServing || v.Endpoint == EndpointUnknown && in.Recorded {
			return false
		}
	}
	return true
}

func hasBlocking(all []profile.Diagnostic) bool {
	return slices.ContainsFunc(all, func(d profile.Diagnostic) bool { return d.Severity == profile.SeverityBlocking })
}

// whatGrows returns a clause on the growth that keeps the verdict undecided; empty
// if there is none.
func (c *judgment) whatGrows() (what string) {
	for _, v := range c.others {
		switch v.g.shape {
		case ShapeRising:
			return "what rises has not risen evenly for long enough to tell a leak from a warm-up"
		case ShapeLoad:
			what = "what grows may follow the load, which a longer watch would show"
		case ShapeSlowing:
			if v.g.even.LastQuarter >= params.goal.evenLast {
				what = "what grows has slowed down, but not stopped"
			}
		}
	}
	for _, clause := range []func(*judgment) string{stepsPending, heldShortly, whatRisesOutside, fewProfiles, fewForShape, keptByChance, heapRises, totalRises, filesRise} {
		if what != "" {
			break
		}
		what = clause(c)
	}
	return what
}

// whatRisesOutside says what rises that belongs to no function.
func whatRisesOutside(c *judgment) string {
	switch {
	case c.outside != "":
		return c.outside
	case c.stacks != "":
		return c.stacks
	case c.children != "":
		return c.children
	case c.thin.IsUndecided():
		return "the heap as a whole rises, but not yet for long enough to judge it"
	}
	return ""
}

// fewProfiles says that the heap grew, on too few profiles to say how.
func fewProfiles(c *judgment) string {
	heap := c.in.coverageOf(profile.Heap)
	if !c.in.isFewForGrowth(heap) {
		return ""
	}
	return tooFewProfiles(heap.Distinct, params.polls.minGrowing)
}

// isFewForGrowth reports whether the heap grew, on too few profiles to say how.
func (in *Input) isFewForGrowth(heap Coverage) bool {
	if heap.Distinct == 0 || heap.Distinct >= params.polls.minGrowing {
		return false
	}
	return slices.ContainsFunc(in.Heap, func(g profile.Group) bool {
		n := len(g.Points)
		return n > 1 && g.Blame != nil && !in.ignoresGroup(&g) && float64(g.Points[n-1].Value-g.Points[0].Value) >= params.material.heap/2
	})
}

// listDiagnostics returns the problems of the data.
func (c *judgment) listDiagnostics(m Memory) []profile.Diagnostic {
	out := append([]profile.Diagnostic{}, c.in.Diagnostics...)
	if slices.ContainsFunc(slices.Concat(c.heap, c.goroutines), func(s *series) bool { return s.counterFell }) {
		out = append(out, profile.Diagnostic{
			Code: profile.CodeCounterFell, Severity: profile.SeverityWarning,
			What: "counters fell: profiles from before are of another process and were left out",
		})
	}
	if d, ok := diagnoseLives(c.in.Ended, c.in.watchedTime()); ok {
		out = append(out, d)
	}
	if d, ok := m.diagnoseLimit(&c.in); ok {
		out = append(out, d)
	}
	if d, ok := diagnoseMappedFiles(c.in.Memory); ok {
		out = append(out, d)
	}
	if d, ok := m.diagnoseResident(); ok {
		out = append(out, d)
	}
	return append(out, c.in.diagnoseCoverage()...)
}

// newCaveat says how long the process was watched, and what that cannot exclude.
func (c *judgment) newCaveat(r Report, grows func() string) profile.Diagnostic {
	watched := r.Watched.Seconds()
	info := func(code profile.Code, what, next string) profile.Diagnostic {
		return profile.Diagnostic{Code: code, What: what, Next: next}
	}
	switch {
	case len(r.Suspects) > 0:
		return info(profile.CodeGrewEvenly, c.describeEvenness(r), "")
	case c.in.isBlind():
		return info(profile.CodeNotServed, "no heap or goroutine profile has arrived", "")
	case c.in.isYoung():
		return info(profile.CodeShortWatch, fmt.Sprintf("watched for %s of the %s that a verdict needs", quantity.Seconds(watched), quantity.Seconds(params.window.min.Seconds())), "")
	case hasBlocking(r.Diagnostics):
		return info(profile.CodeNotServed, fmt.Sprintf("watched for %s, but a part of it cannot be judged", quantity.Seconds(watched)), "")
	}
	if d, ok := c.in.caveatOfCoverage(watched); ok {
		return d
	}
	if what := grows(); what != "" {
		return info(profile.CodeGrowing, fmt.Sprintf("watched for %s; %s", quantity.Seconds(watched), what), "")
	}
	if c.in.Past.GrowsNow(c.in.Now) {
		return info(profile.CodeGrewForDays, fmt.Sprintf("watched for %s, too short a time to see what has grown for %s", quantity.Seconds(watched), quantity.Seconds(c.in.Past.For().Seconds())), "")
	}
	return info(profile.CodeBlindSpots, fmt.Sprintf("watched for %s; %s", quantity.Seconds(watched), blindspot.Describe(r.BlindSpots)), "")
}

// describeEvenness says for how long suspects grew.
func (c *judgment) describeEvenness(r Report) string {
	since := 0.0
	for _, s := range r.Suspects {
		since = max(since, s.SinceSeconds)
	}
	ago := ""
	if s := c.in.profileDelay(c.findings[0]); s > params.polls.rareGap {
		ago = ", as of " + quantity.Seconds(s) + " ago"
	}
	how := "evenly"
	if c.findings[0].describeStairs() != "" {
		how = "in equal steps"
	}
	through := ""
	if n := c.findings[0].rareCollections(); n > 0 {
		through = fmt.Sprintf(", seen in %d collections", n)
	}
	return fmt.Sprintf("grew "+how+" for %s%s%s; a longer warm-up or slow swing is not excluded", quantity.Seconds(since), through, ago)
}

// rareCollections returns on how many collections a finding rests, if they are rare; else 0.
func (f *finding) rareCollections() int {
	s := f.series
	if f.kind != Heap || !s.isHeap() || s.isOffHeap || trend.Span(s.value) < params.polls.rowSpan*float64(len(s.value)) {
		return 0
	}
	return len(trend.Since(s.value, s.lastTime()-f.growth.window))
}

// caveatOfCoverage says that too few profiles arrived for a verdict.
func (in *Input) caveatOfCoverage(watched float64) (d profile.Diagnostic, ok bool) {
	for _, k := range []profile.Kind{profile.Goroutine, profile.Heap} {
		v := in.coverageOf(k)
		if in.isKnown(k) {
			continue
		}
		d = profile.Diagnostic{Code: profile.CodeRarePolls, Kind: k, Next: "while live, a larger --cost requests more"}
		if k == profile.Heap {
			d.Code, d.Next = profile.CodeRareCollections, "each needs a collection; C asks for one"
		}
		if in.Recorded {
			d.Next = "" // nothing more can be asked for
		}
		if v.Distinct < params.polls.min {
			d.What = fmt.Sprintf("watched for %s with only %d of the %d %s profiles that a verdict needs", quantity.Seconds(watched), v.Distinct, params.polls.min, k)
		} else {
			d.What = fmt.Sprintf("watched for %s, but the newest %s profile with new data is %s old", quantity.Seconds(watched), k, quantity.Seconds(v.sinceLast().Seconds()))
		}
		return d, true
	}
	return d, false
}

// heapRises says that the live heap as a whole still grows; empty if it does not,
// or if that is unknown.
func heapRises(c *judgment) string {
	n := len(c.in.Live)
	if n < params.polls.min {
		return ""
	}
	for _, seconds := range windowsOf(c.in.watchedTime().Seconds()) {
		from := c.in.Live[n-1].Time.Add(-time.Duration(seconds * float64(time.Second)))
		if r, ok := c.in.riseOfHeap(from); ok {
			return fmt.Sprintf("the live heap still grows by %s/h, but not yet for long enough to judge it", quantity.BytesRough(r.PerHour))
		}
	}
	return ""
}

// medianOf returns the median of points.
func medianOf(pts []trend.Point) float64 {
	v := make([]float64, len(pts))
	for i, p := range pts {
		v[i] = p.V
	}
	return trend.MedianOf(v)
}

// riseOfHeap returns the growth of the live heap since a time, if it matters, is
// certain and continues.
func (in *Input) riseOfHeap(from time.Time) (r Rate, ok bool) {
	var pts []trend.Point
	for _, v := range in.Live {
		if !v.Time.Before(from) {
			pts = append(pts, trend.Point{T: v.Time.Sub(from).Seconds(), V: v.V})
		}
	}
	rise := trend.NetRise(pts)
	r = RateOfLine(in.Live, from)
	if rise < minTotal || rise < params.rising.minShare*pts[0].V || !r.IsCertain() || r.PerHour <= 0 || trend.Drawdown(pts) > params.floor.maxDrawdown {
		return r, false
	}
	return r, trend.MeasureEvenness(pts).LastQuarter >= params.floor.minLast
}

// fewForShape says that a series grew by what matters, and looks innocent on too
// few profiles: if collections are rare, chance produces steps and pauses.
func fewForShape(c *judgment) string {
	for _, v := range c.others {
		if !v.s.isHeap() || len(v.s.value) >= params.polls.minShape || v.g.rise < params.material.heap {
			continue
		}
		switch v.g.shape {
		case ShapeStep, ShapeSteps, ShapeWarmUp, ShapeBursts, ShapeSlowing:
			return tooFewProfiles(len(v.s.value), params.polls.minShape)
		}
	}
	return ""
}

// keptByChance says that a function retained more than what matters, but on too few
// samples to be sure.
func keptByChance(c *judgment) string {
	for _, v := range c.others {
		if v.s.isHeap() && v.g.shape == ShapeNoise && couldBeKept(v) {
			return "the growth of the heap could be sampling error: too few objects were sampled to be sure"
		}
	}
	return ""
}

// couldBeKept reports whether growth that could be chance may just as well be a leak's:
// nearly all was retained, evenly, or it is significant over the whole watch and only its
// slope is not.
func couldBeKept(v bystander) bool {
	matters := params.rising.minKept * params.material.heap
	g, minLast := v.g, params.goal.evenLast
	if g.kept < params.turnover.turnsBelow {
		if v.s.value[len(v.s.value)-1].V-v.s.value[0].V < matters {
			return false
		}
		g, minLast = v.s.judgeWhole(), params.floor.minLast
		if g.shape != ShapeNoise || g.zScore < params.floor.z {
			return false
		}
	}
	return g.even.LastQuarter >= minLast && g.even.KSDistance <= params.floor.maxDistance && g.rise >= matters
}

// tooFewProfiles says that a heap that grew was seen in too few profiles.
func tooFewProfiles(distinct, needed int) string {
	return fmt.Sprintf("the heap grew, but %d distinct profiles, at most one per collection, are too few to tell a leak from a warm-up: that takes %d", distinct, needed)
}
