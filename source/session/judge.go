package session

import (
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// input is what is judged.
func (w *Session) input(heap, goroutines []profile.Group) leak.Input {
	s := &w.state
	in := leak.Input{
		Now: s.Now, Start: s.Start, Heap: heap, Goroutines: goroutines, Memory: s.Memory,
		HeapCoverage: w.coverage(profile.Heap), GoroutineCoverage: w.coverage(profile.Goroutine),
		Limit: s.Facts.Limit, GoMemory: s.Facts.GoMemory, Recorded: w.Recorded, GoVersion: s.Facts.GoVersion,
		Diagnostics: append(w.unseen(), s.Trouble...),
	}
	in.Live = lastSegment(s.Heap)
	in.Allocated = lastSegment(w.history.Total(profile.Heap, "alloc_space"))
	w.answers.judged(&in)
	return in
}

// coverage is how well the polls of a kind went.
func (w *Session) coverage(k profile.Kind) (v leak.Coverage) {
	v.Distinct, v.First, v.Last, v.Polled = w.history.Seen(k)
	_, v.Repeats, _ = w.history.Observed(k)
	for _, e := range w.state.Status.Endpoints {
		if e.Kind != k {
			continue
		}
		v.Endpoint, v.Every = leak.EndpointServing, e.Wait
		if e.Err != nil {
			v.Endpoint, v.Failure = leak.EndpointFailing, e.Err.Error()
		}
		if e.Off {
			v.Endpoint = leak.EndpointNotServed
		}
	}
	return v
}

// lastSegment is the course of the present process.
func lastSegment(l profile.Line) []profile.Value {
	if len(l) == 0 {
		return nil
	}
	return l[len(l)-1]
}
