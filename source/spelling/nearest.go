package spelling

import (
	"cmp"
	"slices"
	"strings"
)

// SortNearest returns the candidates, the most similar to a misspelled name first. One that
// contains the name, or is a part of it, is as near as can be.
func SortNearest(name string, candidates []string) []string {
	edits := map[string]int{}
	for _, c := range candidates {
		if !strings.Contains(c, name) && !strings.Contains(name, c) {
			edits[c] = distance(name, c)
		}
	}
	return slices.SortedFunc(slices.Values(candidates), func(a, b string) int {
		return cmp.Or(cmp.Compare(edits[a], edits[b]), strings.Compare(a, b))
	})
}

// Guess returns the candidate that a misspelled name most likely means; empty if none is
// close enough for a typo.
func Guess(name string, candidates []string) string {
	best, minEdits := "", len(name)/2+1
	for _, c := range candidates {
		if d := distance(name, c); d < minEdits {
			best, minEdits = c, d
		}
	}
	return best
}
