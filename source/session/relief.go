package session

import (
	"fmt"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/memlimit"
)

// shedMemory drops data when memory runs short: first old detail, then, if that is not
// enough, the kind that takes the most memory. The watch continues with the rest.
func (in *ingester) shedMemory() {
	pressure := in.gauge.Pressure()
	if pressure == memlimit.Calm {
		return
	}
	in.builder.Shed()
	in.addDiagnostic(profile.Diagnostic{
		Code: profile.CodeShortMemory, Severity: profile.SeverityInfo,
		What: "memory is short on this machine, so older points of the charts are dropped", Next: "a larger GOMEMLIMIT keeps more",
	})
	if pressure == memlimit.Critical {
		in.stopKind(in.largestKind())
	}
}

// largestKind returns the kind to stop, empty if all have been.
func (in *ingester) largestKind() profile.Kind {
	k := in.builder.LargestKind()
	if !in.stopped[k] {
		return k
	}
	for _, info := range profile.Kinds {
		if n, _, _ := in.builder.History().Freshness(info.Kind); info.Polled && n > 0 && !in.stopped[info.Kind] {
			return info.Kind
		}
	}
	return ""
}

// stopKind stops polling a kind permanently. What is known about it stays on the
// screen.
func (in *ingester) stopKind(k profile.Kind) {
	if k == "" {
		return
	}
	in.stopped[k] = true
	in.builder.AddEvent(profile.Event{Time: in.state.Now, Kind: profile.EventFailed, Text: outOfMemory(k).String()})
	if in.stopper != nil {
		in.stopper.StopKind(k, &problem.Problem{Cause: problem.CauseMemory, Why: outOfMemory(k).String()})
	}
}

// outOfMemory returns the diagnostic for a kind that was stopped.
func outOfMemory(k profile.Kind) profile.Diagnostic {
	return profile.Diagnostic{
		Code: profile.CodeShortMemory, Severity: profile.SeverityBlocking, Kind: k,
		What: fmt.Sprintf("%s profiles are no longer watched, because leaktop is near its memory limit", k), Next: "set a larger GOMEMLIMIT and start it again",
	}
}
