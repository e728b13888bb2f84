package leak

import "fmt"

// Cohort is the goroutines in one full dump, and how many of them are also in
// another one at least half a minute later: all of them if they leak, 26% to 80% of
// long polls.
type Cohort struct {
	Before, Stayed int
}

// The measures of a cohort.
const (
	staysAbove = 0.9 // share of goroutines from which on a cohort stays
	riseStays  = 0.8 // share of the growth that remains of a leak mixed with other goroutines
)

// turnsOver reports whether the goroutines come and go: fewer stayed than were
// added, so it is the number of concurrent ones that grows.
func (c Cohort) turnsOver(rise float64) bool {
	return c.Before > 0 && float64(c.Stayed) < staysAbove*float64(c.Before) && float64(c.Stayed) < riseStays*rise
}

// Text describes the cohort in a sentence.
func (c Cohort) Text() string {
	switch {
	case c.Before == 0:
		return ""
	case c.Stayed == c.Before:
		return fmt.Sprintf("all %s that the first dump had are still there: they do not come and go", formatCount(float64(c.Before)))
	case float64(c.Stayed) >= staysAbove*float64(c.Before):
		return fmt.Sprintf("%s of the %s that the first dump had are still there: hardly any come and go", formatCount(float64(c.Stayed)), formatCount(float64(c.Before)))
	}
	return fmt.Sprintf("%s of the %s that the first dump had are still there: the others came and went, which those of a leak do not", formatCount(float64(c.Stayed)), formatCount(float64(c.Before)))
}
