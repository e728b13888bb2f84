package leak

import (
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/quantity"
)

// AgeOf returns the mean age of the live objects of a group of the heap: the bytes
// in use divided by the rate at which they are allocated (Little, A Proof for the
// Queuing Formula L = λW, Operations Research 9, 1961). The objects of a cache have
// a constant mean age; that of a leak grows with the clock. ok is false if too
// little was allocated to tell.
func AgeOf(g *profile.Group) (age time.Duration, ok bool) {
	return ageAt(g.Points, len(g.Points)-1)
}

// ageAt returns the mean age at a point, from what was allocated in the window
// before it.
func ageAt(points []profile.GroupPoint, i int) (age time.Duration, ok bool) {
	if i < 1 {
		return 0, false
	}
	to := points[i]
	j := i - 1
	for j > 0 && to.Time.Sub(points[j].Time) < params.window.min {
		j--
	}
	from := points[j]
	made, over := to.AllocSpace-from.AllocSpace, to.Time.Sub(from.Time)
	if made <= 0 || over < MinRateSpan || to.RawAlloc-from.RawAlloc < params.material.samples {
		return 0, false
	}
	seconds := float64(to.Value) / float64(made) * over.Seconds()
	return secondsOf(min(seconds, maxAge.Seconds())), true
}

// maxAge bounds an age: for a function that hardly allocates any more, it is
// meaningless.
const maxAge = 30 * 24 * time.Hour

// describeAge says how the mean age of a finding has changed; empty if unknown.
func (f *finding) describeAge() string {
	if f.kind != Heap || f.spread != nil {
		return ""
	}
	points := f.series.at
	now, ok := ageAt(points, len(points)-1)
	if !ok {
		return ""
	}
	text := "mean age of what it holds: " + quantity.Seconds(now.Seconds())
	for i := range points {
		if points[len(points)-1].Time.Sub(points[i].Time) > params.window.min {
			continue
		}
		if before, ok := ageAt(points, i); ok && before < now {
			text += fmt.Sprintf("; %s earlier it was %s, and a cache's contents would not age", quantity.Seconds(points[len(points)-1].Time.Sub(points[i].Time).Seconds()), quantity.Seconds(before.Seconds()))
		}
		break
	}
	return text
}
