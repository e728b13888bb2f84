package trend

// Saw has the turning points of a series that rises and falls repeatedly.
type Saw struct {
	Troughs, Peaks []Point // never the first or last point
}

// FindTeeth finds the turning points of p: a peak is followed by a fall of at least
// swing, a trough by a rise of at least swing. O(n).
func FindTeeth(p []Point, swing float64) Saw {
	p = Clean(p)
	var s Saw
	if len(p) == 0 || !(swing > 0) {
		return s
	}
	high, low := p[0], p[0] // the extremes since the last turn
	dir := 0                // 1 rising, −1 falling, 0 unknown
	for _, q := range p[1:] {
		if q.V > high.V {
			high = q
		}
		if q.V < low.V {
			low = q
		}
		switch {
		case dir >= 0 && high.V-q.V >= swing:
			if dir > 0 {
				s.Peaks = append(s.Peaks, high)
			}
			dir, low = -1, q
		case dir <= 0 && q.V-low.V >= swing:
			if dir < 0 {
				s.Troughs = append(s.Troughs, low)
			}
			dir, high = 1, q
		}
	}
	return s
}

// RisingShare returns the share of troughs that are higher than the previous one.
func (s Saw) RisingShare() float64 {
	n, up := len(s.Troughs)-1, 0
	if n < 1 {
		return 0
	}
	for i := range n {
		if s.Troughs[i+1].V > s.Troughs[i].V {
			up++
		}
	}
	return float64(up) / float64(n)
}

// Period returns the mean time between troughs in seconds, 0 for fewer than two.
func (s Saw) Period() float64 {
	if len(s.Troughs) < 2 {
		return 0
	}
	return Span(s.Troughs) / float64(len(s.Troughs)-1)
}
