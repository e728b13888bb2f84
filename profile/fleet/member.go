package fleet

import (
	"cmp"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// Member is everything known about one process.
type Member struct {
	ID      string // identifies it
	Version string // empty if unknown
	Node    string // machine that it runs on; empty if unknown
	Zone    string // of that machine; empty if unknown
	Created time.Time
	// IsGone means that it no longer runs: it is shown but not counted.
	IsGone bool
	// HasFailed means that nothing currently arrives from it.
	HasFailed bool
	Restarts  int // of the process, before and during the watch
	Report    leak.Report
	Polls     int // readable profiles that arrived
	Holdings  []Holding
}

// Key identifies a value by which members are compared: that of a function to blame, or the total of the
// kind if Function is empty.
type Key struct {
	Kind     profile.Kind // Heap or Goroutine
	Function string
}

// Holding is what a member holds at its newest observation.
type Holding struct {
	Key
	Value float64 // bytes, or goroutines
	Leaks bool    // it is part of a suspect
}

// HoldingsOf returns what the groups of a process hold, by function and in total. The report says which
// of them leak.
func HoldingsOf(groups []profile.Group, r leak.Report) []Holding {
	at := map[Key]int{}
	var out []Holding
	add := func(k Key, v float64, leaks bool) {
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k], out = i, append(out, Holding{Key: k})
		}
		out[i].Value += v
		out[i].Leaks = out[i].Leaks || leaks
	}
	for i := range groups {
		g := &groups[i]
		if g.Blame == nil || len(g.Points) == 0 {
			continue
		}
		v := float64(g.Points[len(g.Points)-1].Value)
		_, leaks := r.SuspectIndex(g)
		add(Key{g.Kind, g.Blame.Name}, v, leaks)
		add(Key{Kind: g.Kind}, v, false)
	}
	return out
}

// isCounted reports whether the member's verdict counts, because it runs and has sent a profile.
func (m Member) isCounted() bool { return !m.IsGone && m.Polls > 0 }

// isJudged reports whether there was enough data for a verdict, even if the member is gone by now.
func (m Member) isJudged() bool {
	return m.Polls > 0 && m.Report.Verdict != leak.Undecided && m.Report.Verdict != ""
}

// suspect returns the suspect of the member that has a key.
func (m Member) suspect(k suspectKey) (s leak.Suspect, ok bool) {
	for _, s := range m.Report.Suspects {
		if keyOf(s) == k {
			return s, true
		}
	}
	return s, false
}

// leaks reports whether the member is known to leak.
func (m Member) leaks() bool { return m.isCounted() && m.Report.Verdict == leak.Leaks }

// tier orders members by how much attention they need.
func (m Member) tier() int {
	switch {
	case m.IsGone:
		return 0
	case m.Report.Verdict == leak.Leaks:
		return 6
	case len(m.Report.Suspects) > 0:
		return 5
	case m.Report.Leader != nil, m.isOverdue():
		return 4
	case m.HasFailed:
		return 3
	case m.Restarts > 0:
		return 2
	}
	return 1
}

// isOverdue reports whether the member has been undecided for longer than a verdict usually takes.
func (m Member) isOverdue() bool {
	const nearly = 0.9
	return m.Polls > 0 && m.Report.Verdict == leak.Undecided && m.Report.Watched.Seconds() >= nearly*leak.MinWatch().Seconds()
}

// growth returns the growth of all suspects, or of growth that may become one, in bytes per hour.
func (m Member) growth() (sum float64) {
	for _, s := range m.Report.Suspects {
		sum += weighRate(s.Unit, s.GrowthPerHour)
	}
	if l := m.Report.Leader; l != nil && len(m.Report.Suspects) == 0 {
		sum = weighRate(l.Unit(), l.Rate.PerHour)
	}
	return sum
}

// weighRate makes bytes comparable with goroutines and open files, as the judge ranks them.
func weighRate(unit string, v float64) float64 {
	if unit == "bytes" {
		return v
	}
	return v * leak.GoroutineBytes
}

// memoryShare returns the part of its limit that the member uses; 0 if unknown.
func (m Member) memoryShare() float64 {
	if m.Report.Memory.Limit <= 0 {
		return 0
	}
	return float64(m.Report.Memory.Charged) / float64(m.Report.Memory.Limit)
}

// CompareSuspicion orders members: those that leak, the fastest first; those that may leak; those with
// growth before there is a verdict, or that are undecided longer than others; those that do not answer;
// those that were restarted; the rest by the used share of their limit and by their heap; and last those
// that are gone.
func CompareSuspicion(a, b Member) int {
	return cmp.Or(
		cmp.Compare(b.tier(), a.tier()),
		cmp.Compare(b.growth(), a.growth()),
		cmp.Compare(b.Restarts, a.Restarts),
		cmp.Compare(b.memoryShare(), a.memoryShare()),
		cmp.Compare(b.Report.Memory.HeapLive, a.Report.Memory.HeapLive),
		cmp.Compare(a.ID, b.ID),
	)
}
