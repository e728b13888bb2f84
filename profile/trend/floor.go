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
func Drawdown(p []Point) float64 {
	p = Clean(p)
	if len(p) == 0 {
		return 0
	}
	low, high := rangeOf(p)
	if high <= low {
		return 0
	}
	peak, deepest := p[0].V, 0.0
	for _, q := range p {
		peak = max(peak, q.V)
		deepest = max(deepest, peak-q.V)
	}
	return deepest / (high - low)
}
