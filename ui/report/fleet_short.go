package report

import (
	"fmt"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/fleet"
)

// FleetVerdictForms returns the first of [FleetSentences] in ever fewer words, for a single
// line. What leaks and how fast is in all of them.
func FleetVerdictForms(st fleet.State) []string {
	w := fleetWording{st, st.Comparison.Summary}
	forms := []string{w.describeVerdict().Text}
	if w.sum.Verdict != leak.Leaks || len(st.Comparison.Suspects) == 0 {
		return forms
	}
	s := st.Comparison.Suspects[0]
	what := w.subject(s) + w.describeRates(s)
	return append(forms, fmt.Sprintf("in %d of %d: %s", w.sum.Leaking, w.sum.Members, what), what)
}
