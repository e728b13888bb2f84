package leak

import (
	"github.com/leaktop/leaktop/profile/onset"
	"github.com/leaktop/leaktop/profile/trend"
)

// sinceOnset returns the growth of s since it began, if that is within the window of g: a
// rate over the whole window would count the time before. g itself is returned if the
// watch is too short to tell, or if growth came in steps.
func (s *series) sinceOnset(g growth) growth {
	if s.lastTime()-s.value[0].T < onset.MinSpan.Seconds() {
		return g
	}
	o, ok := trend.FindOnset([][]trend.Point{s.value})
	if !ok || o.IsBefore || o.Rhythm.Steps > 0 || s.lastTime()-o.T >= params.window.nearly*g.window {
		return g
	}
	part := s.partSince(o.T)
	later := part.judgeWhole()
	if later.shape != ShapeSuspect {
		return g
	}
	later.rate = part.growthRate(later)
	return later
}
