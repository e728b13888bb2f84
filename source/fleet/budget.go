package fleet

import (
	"cmp"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
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
	// together.
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

// historyShare returns the history of one of n members, in bytes.
func historyShare(total int64, n int) int64 {
	total = historyFactor * cmp.Or(total, profile.DefaultLimit)
	return min(total/historyFactor, max(profile.SmallestLimit, total/int64(max(n, 1))))
}

// limitTargets returns at most [MaxMembers] targets: those with the most restarts, which
// are the likeliest to leak.
func limitTargets(all []Target) Found {
	if len(all) <= MaxMembers {
		return Found{Targets: all}
	}
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b Target) int { return cmp.Compare(b.Facts.Restarts, a.Facts.Restarts) })
	return Found{Targets: sorted[:MaxMembers], Omitted: len(all) - MaxMembers}
}
