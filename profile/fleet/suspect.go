package fleet

import (
	"cmp"
	"math"
	"slices"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trend"
)

// Suspect is a suspect of several members, merged by function.
type Suspect struct {
	// First is the suspect of the member in which it grows fastest, with its function,
	// place, cause and fix.
	First leak.Suspect
	// Shares are the members that have it, the fastest first.
	Shares []Share
	Of     int // members that are counted
	// Sum is the growth of all of them together, per hour; Median, Min and Max are of the
	// growth of one.
	Sum, Median, Min, Max float64
	// Low and High bound the 90% interval of Sum. Errors of different processes are
	// independent.
	Low, High float64
	// Confidence is the highest of them.
	Confidence leak.Confidence
	// Split is what the members with the suspect have in common and the others lack; nil
	// if nothing is known.
	Split *Split
}

// Share is the part of one member.
type Share struct {
	ID      string
	Suspect leak.Suspect
}

// suspectKey identifies a suspect across members.
type suspectKey struct {
	kind     leak.Kind
	function string
}

func keyOf(s leak.Suspect) suspectKey { return suspectKey{s.Kind, s.Function} }

// mergeSuspects merges the suspects of members, the most expensive first.
func mergeSuspects(members []Member) []Suspect {
	at := map[suspectKey]int{}
	var out []Suspect
	counted := 0
	for _, m := range members {
		if !m.isCounted() {
			continue
		}
		counted++
		seen := map[suspectKey]bool{}
		for _, s := range m.Report.Suspects {
			k := keyOf(s)
			if seen[k] {
				continue // a second stack of the same function; the first is the largest
			}
			seen[k] = true
			i, ok := at[k]
			if !ok {
				i = len(out)
				at[k], out = i, append(out, Suspect{})
			}
			out[i].Shares = append(out[i].Shares, Share{m.ID, s})
		}
	}
	for i := range out {
		out[i].Of = counted
		out[i].summarize()
		out[i].Split = findSplit(members, out[i])
	}
	slices.SortStableFunc(out, func(a, b Suspect) int {
		return cmp.Or(compareConfidence(a, b), cmp.Compare(weighRate(b.First.Unit, b.Sum), weighRate(a.First.Unit, a.Sum)), cmp.Compare(a.First.Function, b.First.Function))
	})
	return out
}

// compareConfidence orders leaks before possible leaks.
func compareConfidence(a, b Suspect) int {
	low := func(s Suspect) int {
		if s.Confidence == leak.Low {
			return 1
		}
		return 0
	}
	return low(a) - low(b)
}

// summarize derives the fields other than Shares, Of and Split.
func (s *Suspect) summarize() {
	slices.SortStableFunc(s.Shares, func(a, b Share) int { return cmp.Compare(b.Suspect.GrowthPerHour, a.Suspect.GrowthPerHour) })
	s.First, s.Confidence = s.Shares[0].Suspect, leak.Low
	rates, below, above := make([]float64, len(s.Shares)), 0.0, 0.0
	for i, x := range s.Shares {
		rates[i] = x.Suspect.GrowthPerHour
		s.Sum += rates[i]
		below, above = math.Hypot(below, rates[i]-x.Suspect.Low), math.Hypot(above, x.Suspect.High-rates[i])
		switch c := x.Suspect.Confidence; {
		case c == leak.Proven, c == leak.High && s.Confidence == leak.Low:
			s.Confidence = c
		}
	}
	s.Low, s.High = s.Sum-below, s.Sum+above
	s.Median, s.Min, s.Max = trend.MedianOf(rates), slices.Min(rates), slices.Max(rates)
}

// Leaking returns the number of members in which it is a leak, not only a suspicion.
func (s Suspect) Leaking() (n int) {
	for _, x := range s.Shares {
		if x.Suspect.Confidence != leak.Low {
			n++
		}
	}
	return n
}

// Has returns the suspect of one member.
func (s Suspect) Has(id string) (leak.Suspect, bool) {
	for _, x := range s.Shares {
		if x.ID == id {
			return x.Suspect, true
		}
	}
	return leak.Suspect{}, false
}
