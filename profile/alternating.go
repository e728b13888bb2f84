package profile

import (
	"slices"
	"time"
)

// A process that was taken for ended and answers again never ended: several
// answer in turn, as behind a load balancer. What comes twice within cameBackTwice is no
// chance, and holds for as long.
const alternatingWindow = 5 * time.Minute

// detectReturn looks whether the first heap profile of the present process goes on
// where one before it ended: a restarted process begins its counters anew.
func (h *HistoryBuilder) detectReturn(s *Snapshot) {
	if !h.currentEpoch().reasonIsGuess || h.wasAway() {
		return // somebody who knows said that it ended, or nobody answered meanwhile
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

// wasAway tells whether polls failed since the process before the present one was
// seen last: in a crash loop a process may have made more by its first profile than
// a short one before it ever did.
func (h *HistoryBuilder) wasAway() bool {
	var seen time.Time
	for _, st := range h.epochs[len(h.epochs)-2].stores {
		if st.seen.After(seen) {
			seen = st.seen
		}
	}
	return slices.ContainsFunc(h.events, func(e Event) bool { return e.Kind == EventFailed && !e.Time.Before(seen) })
}

// AlternatesProcesses tells whether several processes answer in turn, so that one poll says
// nothing of what the next one says.
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
