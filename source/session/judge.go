package session

import (
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// judgeInput returns the input of the judge.
func (in *ingester) judgeInput(h *profile.History, heap, goroutines []profile.Group) leak.Input {
	s := &in.state
	out := leak.Input{
		Now: s.Now, Start: s.Start, Heap: heap, Goroutines: goroutines, Memory: s.Memory,
		HeapCoverage: in.coverageOf(h, profile.Heap), GoroutineCoverage: in.coverageOf(h, profile.Goroutine),
		Limit: s.Facts.Limit, GoMemory: s.Facts.GoMemory, Recorded: in.recorded, GoVersion: s.Facts.GoVersion, Ignored: in.ignored,
		Diagnostics: append(in.blockingDiagnostics(h), in.noted...),
	}
	if n := len(s.Processes); n > 0 && s.Processes[n-1].Version == s.Facts.Version {
		out.Ended = s.Processes
	}
	if n, _, _ := h.Freshness(profile.Heap); n > 0 { // otherwise the newest segment is of a process that has ended
		live := lastSegment(s.Heap)
		out.HeapLive, out.Live = int64(live[len(live)-1].V), live
		out.Allocated = lastSegment(h.Total(profile.Heap, "alloc_space"))
	}
	if p := in.past.Load(); p != nil {
		out.Past = p.Outlook
		out.Diagnostics = append(out.Diagnostics, p.Data.Diagnostics...)
	}
	in.answers.addTo(&out)
	return out
}

// coverageOf returns how well the polls of a kind went.
func (in *ingester) coverageOf(h *profile.History, k profile.Kind) (v leak.Coverage) {
	v.Distinct, v.First, v.Last, v.Polled = h.Coverage(k)
	_, v.Repeats, _ = h.Freshness(k)
	for _, e := range in.state.Status.Endpoints {
		if e.Kind != k {
			continue
		}
		v.Endpoint, v.Every = leak.EndpointServing, e.Wait
		if e.Err != nil {
			v.Endpoint, v.Failure = leak.EndpointFailing, e.Err.Error()
		}
		if e.Disabled {
			v.Endpoint = leak.EndpointNotServed
		}
	}
	return v
}

// lastSegment returns the values of the newest process that has any.
func lastSegment(l profile.Line) []profile.Value {
	if len(l) == 0 {
		return nil
	}
	return l[len(l)-1]
}
