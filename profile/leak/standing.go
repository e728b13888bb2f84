package leak

import "github.com/leaktop/leaktop/profile/trend"

// judgeStanding is judgeInARow, where a suspect stands until there is evidence that its
// growth has ended. Growth of few large objects pauses by chance of the sampler, and
// evenness wavers around its limits: neither is an end. It looks at earlier moments of
// the series itself, so that a moment of a recording is judged as it was live.
func (s *series) judgeStanding() growth {
	g := s.judgeMoment()
	if g.shape == ShapeSuspect || g.shape == ShapeTooShort {
		return g
	}
	limit := params.polls.backAfter.Seconds()
	if !g.shape.endsGrowth() {
		limit = params.polls.backUnsure.Seconds()
	}
	looked := s.now()
	for back := 1; back < len(s.value); back++ {
		n := len(s.value) - back
		at := s.value[n-1].T
		if s.now()-at >= limit && back >= params.polls.backPolls {
			break
		}
		if looked-at < params.polls.backStep {
			continue
		}
		looked = at
		if before := s.cut(0, n).judgeMoment(); before.shape == ShapeSuspect {
			before.pauses, before.ends = s.now()-at, g.shape.endsGrowth()
			return before
		}
	}
	return g
}

// judgeMoment is judgeInARow, or the sequential test of goroutines before a window is
// over.
func (s *series) judgeMoment() growth {
	g := s.judgeInARow()
	if s.onlyCome(g) {
		g.shape, g.rate = ShapeSuspect, s.slope(g)
	}
	return g
}

// isMonotone reports whether a series hardly ever falls.
func isMonotone(p []trend.Point) bool { return trend.Drawdown(p) < params.polls.monotone }
