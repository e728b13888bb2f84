package trend

// Floor returns the retained floor of p: at each time t the smallest value from t to
// the last point, f(t) = min{V(s): s ≥ t}. It never falls, and shows what was never
// given back: a saw tooth has a flat floor, however large its teeth, and a leak's
// floor is the leak. O(n).
func Floor(p []Point) []Point { return AppendFloor(make([]Point, 0, len(p)), p) }

// AppendFloor appends the [Floor] of p to f, which is empty.
func AppendFloor(f, p []Point) []Point {
	f = append(f, Clean(p)...)
	for i := len(f) - 2; i >= 0; i-- {
		f[i].V = min(f[i].V, f[i+1].V)
	}
	return f
}

// Drawdown returns the largest fall from an earlier peak as a share of the range of
// the series: 0 if it never falls or is constant, 1 if it once gives back everything.
// O(n).
func Drawdown(p []Point) float64 { return MeasureExtent(p).Drawdown() }

// Extent is how far a series moves.
type Extent struct {
	Low, High float64 // zeros for no points
	Fall      float64 // the largest from an earlier peak
}

// MeasureExtent returns the extent of p. O(n).
func MeasureExtent(p []Point) (e Extent) {
	p = Clean(p)
	if len(p) == 0 {
		return e
	}
	e.Low, e.High = p[0].V, p[0].V // which is the peak so far
	for i := range p {
		v := p[i].V
		switch {
		case v > e.High:
			e.High = v
		case e.High-v > e.Fall:
			e.Fall = e.High - v
		}
		e.Low = min(e.Low, v)
	}
	return e
}

// Drawdown is [Drawdown] of the series.
func (e Extent) Drawdown() float64 {
	if e.High <= e.Low {
		return 0
	}
	return e.Fall / (e.High - e.Low)
}
