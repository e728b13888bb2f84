package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
)

// ListEvidence returns what supports a suspicion, one clause each: what the judge
// found, and what requests of the user revealed about the goroutines.
func ListEvidence(s leak.Suspect) []string {
	return append(slices.Clone(s.Evidence), ListStackFacts(s.Known)...)
}

// ListStackFacts describes what is known about the goroutines of a stack, one clause each.
func ListStackFacts(k leak.StackFacts) []string {
	var out []string
	if len(k.Creators) > 0 {
		all := 0
		for _, c := range k.Creators {
			all += c.N
		}
		var who []string
		for _, c := range k.Creators[:min(len(k.Creators), 3)] {
			who = append(who, fmt.Sprintf("%s (line %d) start %s", profile.ShortName(c.Func.Name), c.Line, format.Count(c.N)))
		}
		out = append(out, fmt.Sprintf("a trace saw %s of %s", strings.Join(who, ", "), format.Count(all)))
	}
	if !k.Dumped.IsZero() {
		out = append(out, fmt.Sprintf("full dump at %s: %s in state %q, %s", k.Dumped.Format("15:04:05"), format.Count(k.Count), k.State, DescribeWait(k)))
		if k.Creator.Func != nil {
			out = append(out, fmt.Sprintf("%s of them created by %s (line %d)", format.Count(k.Created), profile.ShortName(k.Creator.Func.Name), k.Creator.Line))
		}
	}
	if k.Cohort.Before > 0 {
		out = append(out, "the dumps compared are "+format.Duration(k.CohortGap)+" apart", describeCohort(k.Cohort))
	}
	return out
}

// DescribeWait says how long the goroutines of a full dump have been waiting.
func DescribeWait(k leak.StackFacts) string {
	switch {
	case k.LongestWait == 0:
		return "all for less than a minute"
	case k.MedianWait == k.LongestWait:
		return "most for " + format.Duration(k.LongestWait)
	case k.MedianWait == 0:
		return "half for less than a minute, at most for " + format.Duration(k.LongestWait)
	}
	return "half for " + format.Duration(k.MedianWait) + " or more, at most for " + format.Duration(k.LongestWait)
}

// describeCohort says how many goroutines of an earlier dump are still there.
func describeCohort(c leak.Cohort) string {
	switch {
	case c.Stayed == c.Before:
		return fmt.Sprintf("all %s of the first dump are still there: they do not come and go", format.Count(c.Before))
	case c.Stays():
		return fmt.Sprintf("%s of the %s of the first dump are still there: hardly any come and go", format.Count(c.Stayed), format.Count(c.Before))
	}
	return fmt.Sprintf("%s of the %s of the first dump are still there: the others came and went, which leaked ones do not", format.Count(c.Stayed), format.Count(c.Before))
}
