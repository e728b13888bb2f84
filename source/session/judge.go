package session

import (
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/onset"
	"github.com/leaktop/leaktop/source/problem"
)

// judgeInput returns the input of the judge.
func (in *ingester) judgeInput(h *profile.History, heap, goroutines []profile.Group) leak.Input {
	s := &in.state
	out := leak.Input{
		Now: s.Now, Start: s.Start, Moments: &in.moments, Heap: heap, Goroutines: goroutines, Memory: s.Memory,
		HeapCoverage: in.coverageOf(h, profile.Heap), GoroutineCoverage: in.coverageOf(h, profile.Goroutine),
		Limit: s.Facts.Limit, GoMemory: s.Facts.GoMemory, Recorded: in.recorded, GoVersion: s.Facts.GoVersion, Ignored: in.ignored,
		Diagnostics: append(in.blockingDiagnostics(h), in.noted...),
	}
	if n := len(s.Processes); n > 0 && s.Processes[n-1].Version == s.Facts.Version {
		out.Ended = s.Processes
	}
	if s.Restarts > 0 {
		out.Earlier, out.Starts = h.Earlier, in.startsOfProcesses()
	}
	if n, _, _ := h.Freshness(profile.Heap); n > 0 { // otherwise the newest segment is of a process that has ended
		live := lastSegment(s.Heap)
		out.HeapLive, out.Live, out.EarlierLive = int64(live[len(live)-1].V), live, s.Heap[:len(s.Heap)-1]
		out.Allocated = lastSegment(h.Total(profile.Heap, "alloc_space"))
	}
	if p := in.past.Load(); p != nil {
		out.Past = p.Outlook
		out.Diagnostics = append(out.Diagnostics, p.Data.Diagnostics...)
	}
	out.Waiting, _ = h.Latest(profile.Goroutine)
	out.Holding, _ = h.Latest(profile.Heap)
	out.Known = in.answers.known
	return out
}

// coverageOf returns how well the polls of a kind went.
func (in *ingester) coverageOf(h *profile.History, k profile.Kind) (v leak.Coverage) {
	v.Distinct, v.First, v.Last, v.Polled = h.Coverage(k)
	_, v.Repeats, _ = h.Freshness(k)
	v.HasLater = in.lastOf[k].After(in.state.Now)
	for _, e := range in.state.Status.Endpoints {
		if e.Kind != k {
			continue
		}
		v.Endpoint, v.Every = leak.EndpointServing, e.Wait
		if e.Err != nil {
			v.Endpoint, v.Failure = leak.EndpointFailing, problem.Reason(e.Err)
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

// startsOfProcesses returns the starts of the processes that were judged, and of the
// current one.
func (in *ingester) startsOfProcesses() []onset.Start {
	s := &in.state
	out := make([]onset.Start, 0, len(s.Processes)+1)
	for _, p := range s.Processes {
		out = append(out, onset.Start{Time: p.From, Version: p.Version})
	}
	return append(out, onset.Start{Time: s.Start, Version: s.Facts.Version})
}
