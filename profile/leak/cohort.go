package leak

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
	return c.Before > 0 && !c.Stays() && float64(c.Stayed) < riseStays*rise
}

// Stays reports whether hardly any of the goroutines come and go.
func (c Cohort) Stays() bool { return float64(c.Stayed) >= staysAbove*float64(c.Before) }
