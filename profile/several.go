package profile

import "time"

// A process that was taken for ended and answers again never ended: several
// answer in turn, as behind a load balancer. What comes twice within cameBackTwice is no
// chance, and holds for as long.
const cameBackTwice = 5 * time.Minute

// cameBack looks whether the first heap profile of the present process goes on
// where one before it ended: a restarted process begins its counters anew.
func (h *History) cameBack(s *Snapshot) {
	if !h.current().surmised {
		return // somebody who knows said that it ended
	}
	for _, e := range h.epochs[:len(h.epochs)-1] {
		st := e.stores[s.Kind]
		if st == nil || !st.heap() || len(st.last.Samples) == 0 || st.fell(s) {
			continue
		}
		h.returns = append(h.returns, s.Time)
		h.returns = h.returns[max(0, len(h.returns)-2):]
		h.rename(h.current(), "another process answers, one that was seen before")
		return
	}
}

// Several tells whether several processes answer in turn, so that one poll says
// nothing of what the next one says.
func (h *History) Several() bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if len(h.returns) < 2 {
		return false
	}
	now := h.returns[1]
	for _, st := range h.current().stores {
		if st.seen.After(now) {
			now = st.seen
		}
	}
	return now.Sub(h.returns[0]) < cameBackTwice
}
