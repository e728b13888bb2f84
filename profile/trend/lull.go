package trend

// LongestLull returns the longest time between two points of p between which it rises
// by no more than maxShare of its net rise. O(n) for a series that never falls, such as
// a floor.
func LongestLull(p []Point, maxShare float64) float64 {
	p = Clean(p)
	height, longest := maxShare*NetRise(p), 0.0
	for i, j := 0, 0; j < len(p); j++ {
		for i < j && p[j].V-p[i].V > height {
			i++
		}
		longest = max(longest, p[j].T-p[i].T)
	}
	return longest
}

// TimeOfRise returns when p, a series that never falls, has risen by a share (0 to 1) of
// its net rise, in seconds; 0 if p has no points.
func TimeOfRise(p []Point, share float64) float64 {
	p = Clean(p)
	rise := NetRise(p)
	for _, q := range p {
		if q.V >= p[0].V+share*rise {
			return q.T
		}
	}
	return 0
}
