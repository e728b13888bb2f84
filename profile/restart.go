package profile

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// lateReasonGrace is how long after a restart, detected by its counters, the actual
// reason may still arrive: a pod's status lags behind its new process.
const lateReasonGrace = 30 * time.Second

// beginEpoch ends the current epoch with a restart, e. sure is when the old process was
// last certainly observed: later profiles are of the new one and are dropped. A zero
// sure drops nothing. isGuess means that the actual reason may still arrive.
func (h *HistoryBuilder) beginEpoch(e Event, sure time.Time, isGuess bool) {
	e.Kind = EventRestart
	now := h.currentEpoch()
	if now.isEmpty() {
		now.reason = e.Text // nothing was observed of this process, so nothing ends
		if len(h.epochs) > 1 {
			h.appendEvent(e)
		}
		return
	}
	if now.reasonIsGuess && !isGuess && e.Time.Sub(now.start) < lateReasonGrace {
		h.settleRestart(e)
		return
	}
	if !sure.IsZero() {
		for _, st := range now.stores {
			st.dropAfter(sure)
		}
	}
	next := newEpoch()
	next.reason, next.reasonIsGuess = e.Text, isGuess
	h.epochs = append(h.epochs, next)
	if len(h.epochs) > maxEpochs {
		h.epochs = slices.Clone(h.epochs[1:])
	}
	h.bases, h.baseAt = nil, time.Time{}
	h.appendEvent(e)
}

// settleRestart replaces the event of the newest restart, whose reason was a guess, by
// one with the actual reason at the same time.
func (h *HistoryBuilder) settleRestart(e Event) {
	now := h.currentEpoch()
	now.reason, now.reasonIsGuess = e.Text, false
	for i := len(h.events) - 1; i >= 0; i-- {
		if h.events[i].Kind == EventRestart {
			h.events = slices.Clone(h.events) // published ones never change
			e.Time = h.events[i].Time
			h.events[i] = e
			return
		}
	}
}

func (h *HistoryBuilder) appendEvent(e Event) {
	h.events = append(h.events, e)
	if len(h.events) > maxEvents {
		n := len(h.events) - maxEvents*3/4
		h.restarts += countRestarts(h.events[:n])
		h.events = slices.Clone(h.events[n:])
	}
}

// addCollections records collections, merging those of a minute into one event: a
// busy service has several a second.
func (h *HistoryBuilder) addCollections(at time.Time, n int) {
	if last, ok := lastOf(h.events); ok && last.Kind == EventGC && at.Truncate(time.Minute).Equal(last.Time.Truncate(time.Minute)) {
		h.eventCollections += n
		h.events = slices.Clone(h.events) // a published history may share them
		h.events[len(h.events)-1].Text = countNoun(h.eventCollections, "collection")
		return
	}
	h.eventCollections = n
	h.appendEvent(Event{Time: at, Kind: EventGC, Text: countNoun(n, "collection")})
}

func lastOf[T any](xs []T) (T, bool) {
	var zero T
	if len(xs) == 0 {
		return zero, false
	}
	return xs[len(xs)-1], true
}

func countNoun(n int, what string) string {
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

// alternatingWindow is how recent the last two returns of a process must be. A
// process that was thought to have ended and then answers again never ended:
// several processes answer in turn, as behind a load balancer. Two returns within
// the window are no coincidence.
const alternatingWindow = 5 * time.Minute

// detectReturn checks whether the first heap profile of the current process
// continues the counters of an earlier one. A process that really restarted starts
// its counters from 0.
func (h *HistoryBuilder) detectReturn(s *Snapshot) {
	if !h.currentEpoch().reasonIsGuess || h.wasAway() {
		return // the restart is certain, or polls failed in between
	}
	for _, e := range h.epochs[:len(h.epochs)-1] {
		st := e.stores[s.Kind]
		if st == nil || !st.isHeap() || st.last.Len() == 0 || st.hasFallen(s) {
			continue
		}
		h.returns = append(h.returns, s.Time)
		h.returns = h.returns[max(0, len(h.returns)-2):]
		h.settleRestart(Event{Kind: EventRestart, Text: "a process answers that was seen before"})
		return
	}
}

// wasAway reports whether polls failed after the previous process was last seen. In
// a crash loop, a process may have allocated more by its first profile than a
// short-lived one before it ever did.
func (h *HistoryBuilder) wasAway() bool {
	var seen time.Time
	for _, st := range h.epochs[len(h.epochs)-2].stores {
		if st.seen.After(seen) {
			seen = st.seen
		}
	}
	return slices.ContainsFunc(h.events, func(e Event) bool { return e.Kind == EventFailed && !e.Time.Before(seen) })
}

// AlternatesProcesses reports whether several processes answer in turn, so that
// consecutive polls cannot be compared.
func (h *History) AlternatesProcesses() bool {
	if len(h.returns) < 2 {
		return false
	}
	now := h.returns[1]
	for _, st := range h.currentEpoch().stores {
		if st.seen.After(now) {
			now = st.seen
		}
	}
	return now.Sub(h.returns[0]) < alternatingWindow
}

// deletedSuffix is what Linux appends to the path of a program whose file was
// removed or replaced while it runs, as an in-place update does. The build ID is
// read from the file, so it is then missing too.
const deletedSuffix = " (deleted)"

// binaryOf identifies a program by its file and its build id.
func binaryOf(file, buildID string) string {
	return cleanName(strings.TrimSuffix(file, deletedSuffix)) + " " + cleanName(buildID)
}

// isOtherBinary reports whether two profiles are of different programs: a different
// file or a different build ID, where both are known. A process that has no file
// descriptor left cannot read its mappings, and names neither.
func isOtherBinary(a, b string) bool {
	fileA, idA := splitBinary(a)
	fileB, idB := splitBinary(b)
	return differKnown(fileA, fileB) || differKnown(idA, idB)
}

// differKnown reports whether two names differ and both are known.
func differKnown(a, b string) bool { return a != "" && b != "" && a != b }

func splitBinary(b string) (file, buildID string) {
	if i := strings.LastIndexByte(b, ' '); i >= 0 {
		return b[:i], b[i+1:]
	}
	return b, ""
}
