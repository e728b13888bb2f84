package store

import (
	"math"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// thinPoints chooses at most n of the points: the first and the last; a fifth evenly spread
// in time; two fifths ever closer toward the end, so that each window that ends there has
// some, however short; and the rest where a straight line between the chosen ones misses
// most of the others (Ramer, Computer Graphics and Image Processing 1, 1972). That is where
// a series steps, restarts or begins to grow.
func thinPoints(points []Point, n int) []Point {
	if len(points) <= n {
		return points
	}
	c := choice{points: points, chosen: make([]bool, len(points)), left: n}
	c.add(0)
	c.add(len(points) - 1)
	c.chooseEvenly(n / 5)
	c.chooseTowardsEnd(2 * n / 5)
	for c.left > 0 {
		i := farthestPoint(points, c.chosen)
		if i < 0 {
			break
		}
		// Both sides of a step: between them lies what changed.
		c.add(i)
		if math.Abs(points[i].Value-points[i-1].Value) >= math.Abs(points[i+1].Value-points[i].Value) {
			c.add(i - 1)
		} else {
			c.add(i + 1)
		}
	}
	out := make([]Point, 0, n)
	for i, p := range points {
		if c.chosen[i] {
			out = append(out, p)
		}
	}
	return out
}

// choice is the set of points chosen so far.
type choice struct {
	points []Point
	chosen []bool
	left   int
}

// add chooses a point, unless there are enough.
func (c *choice) add(i int) {
	if c.left > 0 && !c.chosen[i] {
		c.chosen[i] = true
		c.left--
	}
}

// span returns the time from the first point to the last.
func (c *choice) span() time.Duration { return c.points[len(c.points)-1].Time.Sub(c.points[0].Time) }

func (c *choice) chooseEvenly(n int) {
	for k := 1; k < n; k++ {
		c.add(nearestPoint(c.points, c.points[0].Time.Add(time.Duration(float64(c.span())*float64(k)/float64(n)))))
	}
}

// chooseTowardsEnd chooses about n points whose ages form a geometric series, from the
// usual distance of two points to the whole.
func (c *choice) chooseTowardsEnd(n int) {
	last := c.points[len(c.points)-1].Time
	age := c.span().Seconds()
	ratio := math.Pow(float64(len(c.points)-1), -1/float64(max(n, 1)))
	for range n {
		age *= ratio
		c.add(nearestPoint(c.points, last.Add(-time.Duration(age*float64(time.Second)))))
	}
}

// nearestPoint returns the index of the point nearest to a time.
func nearestPoint(points []Point, at time.Time) int {
	i, _ := slices.BinarySearchFunc(points, at, func(p Point, t time.Time) int { return p.Time.Compare(t) })
	switch {
	case i == len(points):
		return i - 1
	case i > 0 && at.Sub(points[i-1].Time) < points[i].Time.Sub(at):
		return i - 1
	}
	return i
}

// farthestPoint returns the point that is farthest from the line between the chosen
// points around it, -1 if all lie on it.
func farthestPoint(points []Point, chosen []bool) int {
	best, far, from := -1, 0.0, 0
	for to := 1; to < len(points); to++ {
		if !chosen[to] {
			continue
		}
		a, b := points[from], points[to]
		span := b.Time.Sub(a.Time).Seconds()
		for i := from + 1; i < to; i++ {
			share := points[i].Time.Sub(a.Time).Seconds() / span
			if d := math.Abs(points[i].Value - a.Value - share*(b.Value-a.Value)); d > far {
				best, far = i, d
			}
		}
		from = to
	}
	return best
}

// withoutDips returns a counter without points that are lower than both their neighbors: Parca
// sometimes has the sum of only a part of a profile. The last point is left out if it is lower
// than the one before, since there is no later point to compare with; its profile shows
// whether the process is another one.
func withoutDips(counter []Point) []Point {
	out := make([]Point, 0, len(counter))
	for i, p := range counter {
		if n := len(out); n > 0 && p.Value < out[n-1].Value && (i+1 == len(counter) || counter[i+1].Value >= out[n-1].Value) {
			continue
		}
		out = append(out, p)
	}
	return out
}

// restartTimes returns the times of the points at which a counter fell, where another
// process begins.
func restartTimes(counter []Point) (out []time.Time) {
	for i := 1; i < len(counter); i++ {
		if counter[i].Value < counter[i-1].Value {
			out = append(out, counter[i].Time)
		}
	}
	return out
}

// planMoments chooses at most n moments whose profiles are fetched. Each process of the
// service gets a share proportional to its time, and the newest, which is the one that
// is judged, at least half.
func planMoments(points []Point, restarts []time.Time, n int) (out []time.Time) {
	parts := profile.SplitAt(points, restarts, func(p Point) time.Time { return p.Time })
	if len(parts) == 0 {
		return nil
	}
	const fewest = 2 // of a process: from two on it says something
	newest := parts[len(parts)-1]
	earlier := parts[:len(parts)-1]
	if most := n / 4; len(earlier) > most/fewest {
		earlier = earlier[len(earlier)-most/fewest:]
	}
	whole := 0.0
	for _, p := range append(slices.Clone(earlier), newest) {
		whole += p[len(p)-1].Time.Sub(p[0].Time).Seconds()
	}
	left := n
	for _, p := range earlier {
		share := fewest
		if whole > 0 {
			share = max(fewest, int(float64(n/2)*p[len(p)-1].Time.Sub(p[0].Time).Seconds()/whole))
		}
		for _, x := range thinPoints(p, share) {
			out = append(out, x.Time)
			left--
		}
	}
	for _, x := range thinPoints(newest, max(left, n/2)) {
		out = append(out, x.Time)
	}
	return out
}
