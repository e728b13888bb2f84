package demo

import "github.com/leaktop/leaktop/source/spelling"

// nearestName returns the known name with the smallest edit distance to name, or "" if
// none is close enough for a typo.
func nearestName(name string, known []string) string {
	best, minEdits := "", len(name)/2+1
	for _, k := range known {
		if d := spelling.Distance(name, k); d < minEdits {
			best, minEdits = k, d
		}
	}
	return best
}
