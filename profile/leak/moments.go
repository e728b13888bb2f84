package leak

// Moments remembers which earlier moments of series showed growth as a leak's, from
// one judgment to the next: each poll adds one moment to a series, and judging all of
// the last minutes again would take most of the time of a judgment. A series without a
// new point is not judged again at all. It changes no result, because a moment is known
// by all that [series.judgeMoment] depends on: the points up to it and what they count.
// Only those that a history drops later do not count: a moment remains what it was when
// it was judged. It is not safe for concurrent use.
type Moments struct {
	used, before map[moment]*growth // nil for growth that is not remembered
	// standing and stood are the results of [series.judgeStanding] of whole series, in this
	// judgment and in the previous one.
	standing, stood map[moment]growth
}

// moment identifies the points of a series up to one of them.
type moment uint64

// begin starts a judgment. Moments that the previous one did not ask for are forgotten.
func (m *Moments) begin() {
	if m != nil {
		m.before, m.used = m.used, make(map[moment]*growth, len(m.used))
		m.stood, m.standing = m.standing, make(map[moment]growth, len(m.standing))
	}
}

// isRemembered reports whether later judgments need the growth of a moment.
func (g *growth) isRemembered() bool { return g.shape == ShapeSuspect || g.isOver || g.onlyYoung }

// recall returns the growth at a moment as judge returns it, or zero if that is neither a
// suspect's nor over.
func (m *Moments) recall(at moment, judge func() growth) growth {
	found, ok := m.used[at]
	if !ok {
		if found, ok = m.before[at]; !ok {
			if g := judge(); g.isRemembered() {
				found = &g
			}
		}
		m.used[at] = found
	}
	if found == nil {
		return growth{}
	}
	return *found
}

// remember keeps the growth at a moment for later judgments.
func (m *Moments) remember(at moment, g growth) {
	if !g.isRemembered() {
		m.used[at] = nil
		return
	}
	m.used[at] = &g
}

// keep remembers a moment for another judgment, if it is known.
func (m *Moments) keep(at moment) {
	if found, ok := m.before[at]; ok {
		m.used[at] = found
	}
}

// earlierMoments are the moments of a series and what is known of them; zero if nothing is
// remembered.
type earlierMoments struct {
	known *Moments
	identity
}

// What is remembered of a moment: the result of [series.judgeMoment], of
// [series.judgeWindows] or of [series.judgeStanding].
const (
	ofMoment   moment = 0
	ofWindows  moment = 0x9e3779b97f4a7c15
	ofStanding moment = 0xd1b54a32d192ed03
)

// remember keeps the growth up to n points.
func (e earlierMoments) remember(n int, what moment, g growth) {
	if e.known != nil {
		e.known.remember(e.identify(n)^what, g)
	}
}

// recall returns the growth up to n points as judge returns it, which depends on nothing
// but these; zero if it is known not to be a suspect's.
func (e earlierMoments) recall(n int, what moment, judge func() growth) growth {
	if e.known == nil {
		return judge()
	}
	return e.known.recall(e.identify(n)^what, judge)
}

// recallStanding returns the growth of a whole series of n points as judge returns it.
func (e earlierMoments) recallStanding(n int, judge func() growth) growth {
	at := e.identify(n) ^ ofStanding
	g, ok := e.known.stood[at]
	if !ok {
		g = judge()
	} else {
		e.keepRecent(n)
	}
	e.known.standing[at] = g
	return g
}

// keepRecent keeps what is known of the moments that the next point will need.
func (e earlierMoments) keepRecent(n int) {
	for i := n; i > 0 && (n-i <= params.polls.withdrawPolls || e.value[n-1].T-e.value[i-1].T <= params.polls.withdrawUnsure.Seconds()); i-- {
		at := e.identify(i)
		e.known.keep(at ^ ofMoment)
		e.known.keep(at ^ ofWindows)
	}
}
