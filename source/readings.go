package source

import (
	"time"

	"github.com/leaktop/leaktop/profile/memory"
)

// readings are the last ones of each place.
type readings map[string]memory.Reading

// staleAfter is how long a place may complete the readings of another.
const staleAfter = 90 * time.Second

// complete fills what the place of r does not tell with what others said of
// late, so that each reading is as complete as can be.
func (rs *readings) complete(r memory.Reading) memory.Reading {
	if *rs == nil {
		*rs = readings{}
	}
	(*rs)[r.From] = r
	out := r
	for from, other := range *rs {
		if from != r.From && r.Time.Sub(other.Time) < staleAfter {
			out = out.Or(other)
		}
	}
	return out
}
