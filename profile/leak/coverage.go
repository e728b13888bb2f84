package leak

import (
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/blindspot"
	"github.com/leaktop/leaktop/profile/quantity"
)

// Coverage describes how completely a polled kind of profile was observed.
type Coverage struct {
	Distinct    int       // profiles that differed from the previous one
	First, Last time.Time // of these
	Polled      time.Time // the newest poll
	Repeats     int       // polls since Last that repeated it
	Endpoint    EndpointState
	Failure     string        // why the last poll failed; empty while they succeed
	Every       time.Duration // interval between two polls, as the cost allows; 0 if unknown
	HasLater    bool          // a recording has more, after the moment that is judged
}

// EndpointState is the state of the endpoint of a kind of profile.
type EndpointState uint8

// The states of an endpoint.
const (
	EndpointUnknown   EndpointState = iota // there is no endpoint: a recording
	EndpointServing                        // polls succeed, or the first is pending
	EndpointFailing                        // the last poll failed
	EndpointNotServed                      // the target does not have it, and it is no longer polled
)

// sinceLast returns the age of the last distinct profile at the newest poll.
func (v Coverage) sinceLast() time.Duration { return max(0, v.Polled.Sub(v.Last)) }

// isEnough reports whether the profiles cover the time watched until now. A kind
// that is not served at all does not count against it.
func (v Coverage) isEnough(now time.Time, watched time.Duration) bool {
	return v.Distinct == 0 || v.Distinct >= params.polls.min && v.Last.Sub(v.First) >= params.window.min*2/3 &&
		v.sinceLast() < params.window.long && v.sinceLast() <= watched/2 && now.Sub(v.Polled) < params.polls.stale
}

// coverageOf returns the coverage of a kind of profile, derived from its groups if
// the input does not give it.
func (in *Input) coverageOf(kind profile.Kind) Coverage {
	v, groups := in.HeapCoverage, in.Heap
	if kind == profile.Goroutine {
		v, groups = in.GoroutineCoverage, in.Goroutines
	}
	for i := range groups {
		if p := groups[i].Points; v.Distinct == 0 && len(p) > 0 {
			v.Distinct, v.First, v.Last, v.Polled = len(p), p[0].Time.AsTime(), p[len(p)-1].Time.AsTime(), in.Now
		}
	}
	return v
}

// isCalm reports whether the heap cannot have grown although no new profile arrives,
// because the whole heap, garbage included, did not change: a collection that freed
// garbage could hide growth.
func (in *Input) isCalm(heap Coverage) bool {
	var low, high uint64
	var from, to time.Time
	for _, r := range in.Memory {
		switch {
		case r.HeapAlloc == 0:
			continue
		case low == 0:
			low, from = r.HeapAlloc, r.Time
		}
		low, high, to = min(low, r.HeapAlloc), max(high, r.HeapAlloc), r.Time
	}
	return to.Sub(from) >= params.window.min/2 && in.Now.Sub(to) < params.polls.stale && heap.Polled.Sub(to) < params.window.long && float64(high) < float64(low)+params.material.heap
}

// isKnown reports whether a kind was observed well enough to call it steady.
func (in *Input) isKnown(kind profile.Kind) bool {
	v := in.coverageOf(kind)
	return v.isEnough(in.Now, in.watchedTime()) || kind == profile.Heap && in.isCalm(v)
}

// diagnoseCoverage says which profiles of each kind are missing, the worst first.
func (in *Input) diagnoseCoverage() []profile.Diagnostic {
	var blocking, others []profile.Diagnostic
	add := func(d profile.Diagnostic) {
		if d.Severity == profile.SeverityBlocking {
			blocking = append(blocking, d)
		} else {
			others = append(others, d)
		}
	}
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		if in.isBlocked(k) {
			continue // this also explains what is old or missing
		}
		v := in.coverageOf(k)
		for _, d := range in.diagnoseEndpoint(k, v) {
			add(d)
		}
		if in.Recorded {
			for _, d := range diagnoseFiles(k, v) {
				add(d)
			}
		}
		if d, ok := in.diagnoseAge(k, v); ok {
			add(d)
		}
	}
	return append(blocking, others...)
}

// isBlocked reports whether a diagnostic already explains why a kind cannot be
// judged.
func (in *Input) isBlocked(k profile.Kind) bool {
	for _, d := range in.Diagnostics {
		if d.Severity == profile.SeverityBlocking && (d.Kind == k || d.Kind == "") {
			return true
		}
	}
	return false
}

// diagnoseEndpoint says why profiles of a kind do not arrive.
func (in *Input) diagnoseEndpoint(k profile.Kind, v Coverage) (out []profile.Diagnostic) {
	code := profile.CodeEndpointFailed
	if v.Endpoint == EndpointNotServed {
		code = profile.CodeNotServed
	}
	switch {
	case v.Failure != "" && v.Distinct > 0:
		out = append(out, profile.Diagnostic{Code: code, Severity: profile.SeverityWarning, Kind: k, What: "the last poll failed: " + v.Failure})
	case v.Failure != "" || v.Endpoint == EndpointNotServed:
		d := profile.Diagnostic{Code: code, Severity: profile.SeverityBlocking, Kind: k, What: fmt.Sprintf("no %s profile arrived, so a leak of that kind is not excluded", k)}
		if v.Failure != "" {
			d.What += ": " + v.Failure
		}
		out = append(out, d)
	case v.Endpoint == EndpointServing && v.Distinct == 0 && in.watchedTime() >= params.window.min:
		out = append(out, profile.Diagnostic{
			Code: profile.CodeNothingReadable, Severity: profile.SeverityBlocking, Kind: k,
			What: fmt.Sprintf("no %s profile arrived in full, so a leak of that kind is not excluded", k),
		})
	case v.Every >= max(time.Duration(params.polls.rareGap)*time.Second, in.Interval+in.Interval/2):
		out = append(out, profile.Diagnostic{
			Code: profile.CodeRarePolls, Severity: profile.SeverityInfo, Kind: k,
			What: fmt.Sprintf("%s profiles were requested only every %s, to stay within --cost", k, quantity.Seconds(v.Every.Seconds())), Next: "a larger --cost requests more",
		})
	}
	return out
}

// diagnoseFiles says what a recording lacks.
func diagnoseFiles(k profile.Kind, v Coverage) (out []profile.Diagnostic) {
	other := "goroutines are"
	if k == profile.Goroutine {
		other = "the heap is"
	}
	add := func(what string) {
		out = append(out, profile.Diagnostic{Code: profile.CodeRecording, Severity: profile.SeverityWarning, Kind: k, What: what})
	}
	switch {
	case v.HasLater:
	case v.Distinct == 0 && v.Endpoint == EndpointUnknown:
		add(fmt.Sprintf("the recording has no %s profiles: only %s judged", k, other))
	case v.Distinct+v.Repeats == 1:
		add(fmt.Sprintf("there is only one %s profile, and it takes two to show growth", k))
	}
	return out
}

// diagnoseAge says when profiles of a kind are old, or were missing for a while.
func (in *Input) diagnoseAge(k profile.Kind, v Coverage) (d profile.Diagnostic, ok bool) {
	if d := v.sinceLast(); k == profile.Heap && v.Distinct > 0 && d > params.polls.stale {
		return profile.Diagnostic{
			Code: profile.CodeStale, Severity: profile.SeverityWarning, Kind: k,
			What: fmt.Sprintf("the heap is known as of %s ago", quantity.Seconds(d.Seconds())), Next: "C (or --gc) asks for a collection",
		}, !in.isCalm(v)
	}
	groups := in.Heap
	if k == profile.Goroutine {
		groups = in.Goroutines
	}
	what := describeGap(k, groups, in.Now)
	return profile.Diagnostic{Code: profile.CodeGap, Severity: profile.SeverityWarning, Kind: k, What: what}, what != ""
}

// describeGap says when profiles of a kind are missing.
func describeGap(k profile.Kind, groups []profile.Group, now time.Time) string {
	if len(groups) == 0 || len(groups[0].Points) == 0 {
		return ""
	}
	p := groups[0].Points
	last, at := p[len(p)-1].Time, profile.InstantOf(now)
	if d := at.Sub(last); d > params.polls.stale {
		return fmt.Sprintf("the newest %s profile with new data is %s old", k, quantity.Seconds(d.Seconds()))
	}
	usual := last.Sub(p[0].Time) / time.Duration(max(1, len(p)-1))
	for i := len(p) - 1; i > 0 && at.Sub(p[i].Time) < params.window.long; i-- {
		if d := p[i].Time.Sub(p[i-1].Time); d > params.polls.gap && d > 3*usual {
			return fmt.Sprintf("no %s profile for %s before %s", k, quantity.Seconds(d.Seconds()), p[i].Time.AsTime().Format("15:04:05"))
		}
	}
	return ""
}

// blindSpots returns what could not have been detected so far.
func (in *Input) blindSpots() []blindspot.Spot {
	hours := in.watchedTime().Hours()
	if hours <= 0 {
		return []blindspot.Spot{}
	}
	least := func(v float64, seen bool) float64 {
		if !seen {
			return 0
		}
		return v / hours
	}
	heap := in.coverageOf(profile.Heap).Distinct >= params.polls.min || in.isCalm(in.coverageOf(profile.Heap))
	sampled := max(params.material.heap, params.material.samples*params.material.sampleRate)
	stacks := params.material.offHeap
	if in.Waiting != nil {
		stacks = params.material.recursion
	}
	out := []blindspot.Spot{
		{What: blindspot.Function, PerHour: least(sampled, heap), Unit: "bytes"},
		{What: blindspot.Total, PerHour: least(minTotal, heap), Unit: "bytes"},
		{What: blindspot.Goroutines, PerHour: least(params.material.goroutines, in.coverageOf(profile.Goroutine).Distinct >= params.polls.min), Unit: "goroutines"},
		{What: blindspot.Stacks, PerHour: least(stacks, in.seesStacks()), Unit: "bytes"},
		{What: blindspot.OffHeap, PerHour: in.detectableOutside(), Unit: "bytes"},
	}
	return append(out, in.blindToChildren()...)
}

// seesStacks reports whether the memory of goroutine stacks is known over time.
func (in *Input) seesStacks() bool {
	n := 0
	for _, r := range in.Memory {
		if r.StackInuse > 0 {
			n++
		}
	}
	return n >= params.polls.min
}

// minTotal is how many bytes the live heap must grow by in total to stand out.
var minTotal = max(2*params.material.heap, params.material.samples*params.material.sampleRate)
