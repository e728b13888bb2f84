package report

import (
	"strings"

	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/source/session"
)

// DescribePastWithin is [DescribePast] in as many words as fit: how fast memory grows and for
// how long, then since when, then how often the pods restarted. No figure is cut.
func DescribePastWithin(p *session.Past, fits func(text string) bool) string {
	text := DescribePast(p)
	if text == "" || fits(text) {
		return text
	}
	o := p.Outlook
	restarts := strings.TrimPrefix(describeRestarts(o), "the pods ")
	if o.Course != longterm.Grows {
		short, _, _ := strings.Cut(text, "; ")
		return withRest(short, fits, prefix("; ", restarts))
	}
	rate, _, _ := strings.Cut(describePastRate(o), ", ")
	since := ""
	if !o.IsLonger {
		since = ", since " + FormatMoment(o.Since)
	}
	rollout := ""
	if o.Cause.Kind == longterm.MarkRollout && since != "" {
		rollout = "(" + strings.TrimSpace("rollout "+o.Cause.Version) + ")"
	}
	return withRest(whatGrows(o)+" "+rate+" for "+describeLength(o), fits, since, prefix(" ", rollout), prefix("; ", restarts))
}

// withRest appends those parts that fit.
func withRest(text string, fits func(string) bool, parts ...string) string {
	for _, x := range parts {
		if fits(text + x) {
			text += x
		}
	}
	return text
}

func prefix(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}
