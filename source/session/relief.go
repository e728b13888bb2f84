package session

import (
	"fmt"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/memlimit"
)

// relieve gives up some of what is known when memory runs short: first detail of
// the past, then, where that is not enough, the kind that takes the most. The
// watch goes on with what is left.
func (w *Session) relieve() {
	pressure := w.gauge.Pressure()
	if pressure == memlimit.Calm {
		return
	}
	w.history.Shed()
	w.trouble(profile.Diagnostic{Code: profile.CodeOutOfMemory, What: "memory runs short here, so older points of the charts are left out", Next: "a larger GOMEMLIMIT keeps more"})
	if pressure == memlimit.Critical {
		w.stop(w.largestKind())
	}
}

// largestKind is the kind to stop, empty if all have been.
func (w *Session) largestKind() profile.Kind {
	k := w.history.LargestKind()
	if !w.stopped[k] {
		return k
	}
	for _, info := range profile.Kinds {
		if n, _, _ := w.history.Observed(info.Kind); info.Polled && n > 0 && !w.stopped[info.Kind] {
			return info.Kind
		}
	}
	return ""
}

// stop ends the watch of a kind for good. What is known of it stays on the screen.
func (w *Session) stop(k profile.Kind) {
	if k == "" {
		return
	}
	w.stopped[k] = true
	w.history.AddEvent(profile.Event{Time: w.state.Now, Kind: profile.EventFailed, Text: stoppedText(k)})
	if s, ok := w.Source.(source.Stopper); ok {
		s.StopKind(k, &source.Problem{Cause: source.CauseMemory, Why: stoppedText(k)})
	}
}

// stoppedText says what it means that a kind was stopped, and what to do.
func stoppedText(k profile.Kind) string {
	return fmt.Sprintf("%s profiles are no longer watched, because leaktop is near its memory limit: set a larger GOMEMLIMIT and start it again", k)
}
