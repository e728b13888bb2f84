package profile

import (
	"slices"
	"time"
)

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
		if st == nil || !st.isHeap() || len(st.last.Samples) == 0 || st.hasFallen(s) {
			continue
		}
		h.returns = append(h.returns, s.Time)
		h.returns = h.returns[max(0, len(h.returns)-2):]
		h.setRestartReason(h.currentEpoch(), "another process answers, one that was seen before")
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
