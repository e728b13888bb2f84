package leak

// judgeStanding is like judgeInARow, but a suspect remains one until there is
// evidence that its growth has ended. Sampling makes the growth of few large
// objects pause, and evenness fluctuates around its limits: neither is an end. It
// examines earlier moments of the series itself, so that a moment of a recording is
// judged as it was live.
func (s *series) judgeStanding(known *Moments) growth {
	g := s.judgeMoment()
	var moments []moment
	if known != nil {
		moments = momentsOf(s)
		known.remember(moments[len(s.value)], g)
	}
	if g.shape == ShapeSuspect || g.shape == ShapeTooShort {
		return g
	}
	limit := params.polls.withdrawAfter.Seconds()
	if !s.hasEnded(g) {
		limit = params.polls.withdrawUnsure.Seconds()
	}
	for back := 1; back < len(s.value); back++ {
		n := len(s.value) - back
		at := s.value[n-1].T
		if s.lastTime()-at >= limit && back >= params.polls.withdrawPolls {
			break
		}
		judge := s.slicePoints(0, n).judgeMoment
		before := growth{}
		if known != nil {
			before = known.recall(moments[n], judge)
		} else {
			before = judge()
		}
		if before.shape == ShapeSuspect {
			before.pauses = s.lastTime() - at
			return before
		}
	}
	return g
}

// hasEnded reports whether the shape of a series is evidence that its growth has
// ended. A slowdown is, if hardly anything is freed again: otherwise chance and
// load make growth slower and faster.
func (s *series) hasEnded(g growth) bool {
	return g.shape.endsGrowth() || g.shape == ShapeSlowing && s.isHeap() && g.kept >= params.floor.certainlyAll
}

// judgeMoment depends on nothing but the series, see [Moments]. It is like judgeInARow,
// but applies the sequential test to goroutines
// before a window is over.
func (s *series) judgeMoment() growth {
	g := s.judgeInARow()
	if s.onlyCome(g) {
		g.shape, g.rate = ShapeSuspect, s.growthRate(g)
	}
	return g
}
