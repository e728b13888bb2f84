package fleet

import (
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/leak/blindspot"
)

// Comparison is the result of comparing the members.
type Comparison struct {
	Summary  Summary
	Suspects []Suspect // merged, those that cost most first
	Outliers []Outlier // the oddest first
	// BlindSpots are what the verdicts on those that do not leak cannot exclude.
	BlindSpots []blindspot.Spot
}

// Summary is the answer for the fleet.
type Summary struct {
	// Verdict is leak if a member leaks, and steady if all of them are steady.
	Verdict leak.Verdict
	// The numbers of members by verdict. Silent ones have not sent a profile yet.
	Members, Leaking, Steady, Undecided, Silent, Gone int
	// First is the member that reaches its memory limit first; empty if none does.
	First        string
	HoursToLimit float64 // of First
	// Alone is the only member that leaks, if others are steady; empty otherwise. Odd is
	// what else distinguishes it; nil if nothing does.
	Alone string
	Odd   *Outlier
	// Watched is the shortest time for which a member was watched.
	Watched time.Duration
}

// IsFew reports whether there are too few members for a median to say much.
func (s Summary) IsFew() bool { return s.Leaking+s.Steady+s.Undecided < FewCompared }

// Compare compares members.
func Compare(members []Member) Comparison {
	c := Comparison{Suspects: mergeSuspects(members), Outliers: findOutliers(members)}
	c.Summary = summarize(members)
	for _, m := range members {
		if m.isCounted() && m.Report.Verdict == leak.Steady {
			c.BlindSpots = blindspot.Combine(c.BlindSpots, m.Report.BlindSpots)
		}
	}
	if c.Summary.Alone != "" {
		c.Summary.Odd = c.oddOf(c.Summary.Alone)
	}
	return c
}

// oddOf returns what distinguishes a member, apart from what leaks in it.
func (c Comparison) oddOf(id string) *Outlier {
	for i, o := range c.Outliers {
		if o.ID == id && o.Function != "" && o.Value > o.Median && !o.Leaks && !c.isSuspected(o.Key) {
			return &c.Outliers[i]
		}
	}
	return nil
}

// isSuspected reports whether a function is a suspect of some member, or on the stack of
// one. If it holds more in that member, that is the leak itself.
func (c Comparison) isSuspected(k Key) bool {
	for _, s := range c.Suspects {
		if s.First.Function == k.Function {
			return true
		}
		for _, f := range s.First.Stack {
			if f == k.Function {
				return true
			}
		}
	}
	return false
}

// OutliersOf returns what is odd about one member, the oddest first.
func (c Comparison) OutliersOf(id string) (out []Outlier) {
	for _, o := range c.Outliers {
		if o.ID == id {
			out = append(out, o)
		}
	}
	return out
}

func summarize(members []Member) Summary {
	var s Summary
	alone := ""
	for _, m := range members {
		s.count(m)
		if m.leaks() {
			alone = m.ID
		}
	}
	switch {
	case s.Leaking > 0:
		s.Verdict = leak.Leaks
	case s.Steady > 0 && s.Steady == s.Members:
		s.Verdict = leak.Steady
	default:
		s.Verdict = leak.Undecided
	}
	if s.Leaking == 1 && s.Steady+s.Undecided > 0 {
		s.Alone = alone
	}
	return s
}

// count counts one member.
func (s *Summary) count(m Member) {
	switch {
	case m.IsGone:
		s.Gone++
		return
	case m.Polls == 0:
		s.Silent++
	case m.leaks():
		s.Leaking++
	case m.Report.Verdict == leak.Steady:
		s.Steady++
	default:
		s.Undecided++
	}
	s.Members++
	if m.Polls == 0 {
		return
	}
	if h := m.Report.Memory.HoursToLimit; h > 0 && (s.First == "" || h < s.HoursToLimit) {
		s.First, s.HoursToLimit = m.ID, h
	}
	if w := m.Report.Watched; s.Watched == 0 || w < s.Watched {
		s.Watched = w
	}
}
