package profile

import (
	"fmt"
	"slices"
	"time"
)

// lateReason is how long after a restart that counters betrayed the real
// reason may still come (a pod's status lags behind its new process).
const lateReason = 30 * time.Second

// restart ends the current epoch. sure is the last time that the old process
// was surely seen: what other profiles said later is of the new one and is
// dropped. A zero sure drops nothing.
func (h *HistoryBuilder) restart(at time.Time, reason string, sure time.Time, surmised bool) {
	e := h.current()
	if e.empty() {
		e.reason = reason // nothing was seen of a process: nothing ends
		if len(h.epochs) > 1 {
			h.event(Event{Time: at, Kind: EventRestart, Text: reason})
		}
		return
	}
	if e.surmised && !surmised && at.Sub(e.start) < lateReason {
		h.rename(e, reason)
		return
	}
	if !sure.IsZero() {
		for _, st := range e.stores {
			st.dropAfter(sure)
		}
	}
	next := newEpoch()
	next.reason, next.surmised = reason, surmised
	h.epochs = append(h.epochs, next)
	if len(h.epochs) > maxEpochs {
		h.epochs = slices.Clone(h.epochs[1:])
	}
	h.bases, h.baseAt = nil, time.Time{}
	h.event(Event{Time: at, Kind: EventRestart, Text: reason})
}

// rename gives an epoch and its event the reason that came late.
func (h *HistoryBuilder) rename(e *epoch, reason string) {
	for i := len(h.events) - 1; i >= 0; i-- {
		if h.events[i].Kind == EventRestart && h.events[i].Text == e.reason {
			h.events = slices.Clone(h.events) // a history may have these
			h.events[i].Text = reason
			break
		}
	}
	e.reason, e.surmised = reason, false
}

// complete adds to the newest restart what else its event says.
func (h *HistoryBuilder) complete(e Event) {
	for i := len(h.events) - 1; i >= 0; i-- {
		if h.events[i].Kind != EventRestart {
			continue
		}
		if h.events[i].Text == e.Text {
			h.events = slices.Clone(h.events) // published ones never change
			h.events[i].Switched, h.events[i].Exit = e.Switched, e.Exit
		}
		return
	}
}

func (h *HistoryBuilder) event(e Event) {
	h.events = append(h.events, e)
	if len(h.events) > maxEvents {
		n := len(h.events) - maxEvents*3/4
		h.restarts += countRestarts(h.events[:n])
		h.events = slices.Clone(h.events[n:])
	}
}

// collected notes collections, those of a minute in one event: a busy service
// has several a second.
func (h *HistoryBuilder) collected(at time.Time, n int) {
	if last, ok := lastOf(h.events); ok && last.Kind == EventGC && at.Truncate(time.Minute).Equal(last.Time.Truncate(time.Minute)) {
		h.gcs += n
		h.events = slices.Clone(h.events) // a history may have these
		h.events[len(h.events)-1].Text = plural(h.gcs, "collection")
		return
	}
	h.gcs = n
	h.event(Event{Time: at, Kind: EventGC, Text: plural(n, "collection")})
}

func lastOf[T any](xs []T) (T, bool) {
	var zero T
	if len(xs) == 0 {
		return zero, false
	}
	return xs[len(xs)-1], true
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func absDuration(d time.Duration) time.Duration {
	if d < 0 {
		return -d
	}
	return d
}
