package fleet

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
)

// Bounds of a fleet.
const (
	// maxMembers is how many processes are watched at once.
	maxMembers = 200
	// maxConnections is how many requests are sent at once.
	maxConnections = 16
	// maxGone is how many members that left the fleet are kept.
	maxGone = 50
	// historyFactor is the memory for the histories of all members together, as a
	// multiple of that of a single watch. Each member gets at least
	// [profile.MinShare].
	historyFactor = 4
	// perMember is what each member adds to the interval of polls: with 100 members,
	// polls are 5 s apart.
	perMember = 50 * time.Millisecond
)

// pollInterval returns the time between two polls of a member of a fleet of n, if the
// user has not set it.
func pollInterval(n int) time.Duration {
	return max(source.DefaultInterval, time.Duration(min(n, maxMembers))*perMember)
}

// judgeEvery returns the time between two judgments of a member of a fleet of n. In a small
// fleet every poll is judged.
func judgeEvery(n int, interval time.Duration) time.Duration {
	if n <= smallFleet {
		return 0
	}
	return 3 * interval
}

// smallFleet is the maximum number of members for which each poll is judged.
const smallFleet = 20

// historyShares returns the memory for the history of each member, in bytes; single is that
// of a single watch. Each member gets the minimum that a verdict needs. The rest goes to the
// suspected members, or to all if none is suspected.
func historyShares(single int64, suspected []bool) []int64 {
	single = cmp.Or(single, profile.DefaultLimit)
	n, chosen := int64(len(suspected)), int64(0)
	for _, is := range suspected {
		if is {
			chosen++
		}
	}
	base := min(single, max(profile.MinShare, historyFactor*single/max(n, 1)))
	if chosen > 0 {
		base = min(single, profile.MinShare)
	}
	rest := max(0, historyFactor*single-n*base)
	out := make([]int64, n)
	for i, is := range suspected {
		out[i] = base
		if is {
			out[i] = min(single, base+rest/chosen)
		}
	}
	return out
}

// shareHistory gives the members that are suspected or grow more memory for their
// histories than the others.
func (f *Fleet) shareHistory() {
	if f.o.Recorded {
		return
	}
	var live []*member
	var suspected []bool
	for _, m := range f.members {
		if m.gone.IsZero() {
			r := m.seen.Report
			live = append(live, m)
			suspected = append(suspected, len(r.Suspects) > 0 || r.Leader != nil)
		}
	}
	for i, share := range historyShares(f.o.Source.History, suspected) {
		m := live[i]
		if s, _ := m.current(); s != nil && m.share != share {
			m.share = share
			session.SetHistoryLimit(s, share)
		}
	}
}

// choice decides which targets are watched if there are more than maxMembers. The zero
// choice is ready to use.
type choice struct{ isChosen map[string]bool }

// limit returns at most maxMembers targets: first those chosen before, then those with the
// most restarts, which are the likeliest to leak. Targets that have ended are not watched, and
// do not count.
func (c *choice) limit(all []Target) Found {
	var running, ended []Target
	for _, t := range all {
		if t.HasEnded {
			ended = append(ended, t)
		} else {
			running = append(running, t)
		}
	}
	found := Found{Targets: all}
	if n := len(running) - maxMembers; n > 0 {
		rank := func(t Target) int {
			if c.isChosen[t.ID] { // another one that is restarted does not end its watch
				return math.MaxInt
			}
			return t.Facts.Restarts
		}
		slices.SortStableFunc(running, func(a, b Target) int { return cmp.Compare(rank(b), rank(a)) })
		running = running[:maxMembers]
		found = Found{Targets: slices.Concat(running, ended), Omitted: n}
	}
	c.isChosen = map[string]bool{}
	for _, t := range running {
		c.isChosen[t.ID] = true
	}
	return found
}
