package leak

import "fmt"

// Cohort is the goroutines that one full dump had, and how many of them another
// had half a minute or more later: of a leak all, of long polls 26% to 80%.
type Cohort struct {
	Before, Stayed int
}

// The measures of a cohort.
const (
	staysAbove = 0.9 // share from which on goroutines stay
	riseStays  = 0.8 // share of the growth that a leak's, mixed with others, leave
)

// turnsOver reports whether the goroutines come and go: fewer stayed than became
// more, so that the growth is of how many there are at a time.
func (c Cohort) turnsOver(rise float64) bool {
	return c.Before > 0 && float64(c.Stayed) < staysAbove*float64(c.Before) && float64(c.Stayed) < riseStays*rise
}

// Text is the cohort in a sentence.
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
