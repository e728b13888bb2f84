package check

import (
	"fmt"
	"sort"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
)

// growth is what one group holds more at the end than at first.
type growth struct {
	text  string
	bytes float64 // a goroutine counts what its stack takes at least
	heap  bool
}

// grewLines is how many of them are told.
const grewLines = 5

// leastGrowth is what is worth a line, in bytes.
const leastGrowth = 1 << 20

// grewMost are the groups that grew, those that grew most first: what is to be
// said where there is no verdict.
func grewMost(groups []profile.Group) []growth {
	var out []growth
	for i := range groups {
		g := &groups[i]
		if len(g.Points) < 2 || g.Blame == nil {
			continue
		}
		a, b := g.Points[0], g.Points[len(g.Points)-1]
		d := b.Value - a.Value
		x := growth{bytes: float64(d), heap: g.Kind == profile.Heap}
		unit := "bytes"
		if !x.heap {
			x.bytes *= 8 << 10
			unit = "goroutines"
		}
		if x.bytes < leastGrowth && (x.heap || d < 10) {
			continue
		}
		x.text = fmt.Sprintf("%s: %s%s in %s, now %s", profile.ShortName(g.Blame.Name), format.Delta(d, unit), unitName(unit),
			format.Duration(b.Time.Sub(a.Time).Round(time.Second)), format.Value(b.Value, unit))
		out = append(out, x)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].bytes > out[j].bytes })
	return out
}
