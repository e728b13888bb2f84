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
	// MaxMembers is how many processes are watched at once.
	MaxMembers = 200
	// MaxConnections is how many requests are sent at once.
	MaxConnections = 16
	// maxGone is how many members that left are kept.
	maxGone = 50
	// historyFactor is how many times the history of a single watch all members have
	// together, as long as that is not less than [profile.MinShare] for each.
	historyFactor = 4
	// perMember is the interval of polls that each member adds: with 100 of them, polls
	// are 5 s apart.
	perMember = 50 * time.Millisecond
)

// PollInterval returns the time between two polls of a member of a fleet of n, when the
// user leaves it to leaktop.
func PollInterval(n int) time.Duration {
	return max(source.DefaultInterval, time.Duration(min(n, MaxMembers))*perMember)
}

// judgeEvery returns the time between two judgments of a member of a fleet of n: every poll
// is judged in a small one.
func judgeEvery(n int, interval time.Duration) time.Duration {
	if n <= smallFleet {
		return 0
	}
	return 3 * interval
}

// smallFleet is up to how many members each poll is judged.
const smallFleet = 20

// historyShares returns the history of each member in bytes, of which a single watch would
// have single: the smallest that a verdict needs for all of them, and what is left for those
// that are suspected, or for all if none is.
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

// shareHistory gives the members that are suspected, or that grow, more of the memory for
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

// choice is which targets are watched if there are more than [MaxMembers]. The zero choice
// is ready to use.
type choice struct{ isChosen map[string]bool }

// limit returns at most [MaxMembers] targets: those that were chosen before, then those with
// the most restarts, which are the likeliest to leak. Those that have ended need no watch, and
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
	if n := len(running) - MaxMembers; n > 0 {
		rank := func(t Target) int {
			if c.isChosen[t.ID] { // another one that is restarted does not end its watch
				return math.MaxInt
			}
			return t.Facts.Restarts
		}
		slices.SortStableFunc(running, func(a, b Target) int { return cmp.Compare(rank(b), rank(a)) })
		running = running[:MaxMembers]
		found = Found{Targets: slices.Concat(running, ended), Omitted: n}
	}
	c.isChosen = map[string]bool{}
	for _, t := range running {
		c.isChosen[t.ID] = true
	}
	return found
}
