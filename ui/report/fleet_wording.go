package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	compare "github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/leak/blindspot"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// This file has the sentences about a fleet, which the screen, the reports and the
// exports share.

// Sentence is a sentence of a verdict and the word before it.
type Sentence struct {
	Head
	Text string
}

// fleetWording makes the sentences about one state.
type fleetWording struct {
	st  fleet.State
	sum compare.Summary
}

// FleetSentences returns the sentences about a fleet, the most important first: the verdict,
// memory over the days before, further suspects, what is odd, and what is missing.
func FleetSentences(st fleet.State) []Sentence {
	w := fleetWording{st, st.Comparison.Summary}
	var out []Sentence
	add := func(h Head, text string) {
		if text != "" {
			out = append(out, Sentence{h, text})
		}
	}
	out = append(out, w.describeVerdict())
	if s, ok := w.describeHistory(); ok {
		out = append(out, s)
	}
	for i, s := range st.Comparison.Suspects {
		if i > 0 || s.Confidence == leak.Low {
			text := w.inHowMany(s) + w.subject(s) + w.describeRates(s)
			if i > 0 && w.describeSplit(s) != w.describeSplit(st.Comparison.Suspects[0]) {
				text += w.describeSplit(s)
			}
			add(SuspectHead(s.Confidence), text)
		}
	}
	for _, d := range st.Diagnostics {
		add(WarningHead, d.String())
	}
	if st.Omitted > 0 {
		add(WarningHead, fmt.Sprintf("there are %s %s: the %s with the most restarts are watched", format.Count(len(st.Members)-w.sum.Gone+st.Omitted), w.noun(2), format.Count(len(st.Members)-w.sum.Gone)))
	}
	for _, o := range w.findOddest() {
		add(Head{Tone: theme.Accent, Word: "odd"}, w.name(o.ID)+w.likeIt(o)+" "+FleetOutlier(o)+w.fewNote(o.Of))
	}
	return out
}

// describeVerdict returns the first sentence.
func (w fleetWording) describeVerdict() Sentence {
	switch w.sum.Verdict {
	case leak.Leaks:
		return Sentence{LeakHead, w.describeLeak() + w.describeUnknown()}
	case leak.Steady:
		text := fmt.Sprintf("%s, watched for at least %s", w.allOf(w.sum.Steady), format.Duration(w.sum.Watched.Round(time.Second)))
		if blind := blindspot.Describe(w.st.Comparison.BlindSpots); blind != "" {
			text += "; " + blind
		}
		return Sentence{SteadyHead, text + w.describeGone()}
	}
	if w.sum.Members == 0 {
		text := "nothing to watch yet"
		if w.st.Err != nil {
			return Sentence{Head{Tone: theme.Bad, Symbol: theme.SymbolFailed}, w.st.Err.Error()}
		}
		return Sentence{WatchingHead, text + w.describeGone()}
	}
	text := fmt.Sprintf("%s %s", format.Count(w.sum.Members), w.noun(w.sum.Members))
	if w.sum.Silent < w.sum.Members && w.sum.Watched >= time.Second {
		text += fmt.Sprintf(", watched for at least %s", format.Duration(w.sum.Watched.Round(time.Second)))
		if w.sum.Watched < leak.MinWatch() {
			text += " of the " + format.Duration(leak.MinWatch()) + " that a verdict needs"
		}
	}
	if w.sum.Steady > 0 {
		text += fmt.Sprintf("; %s steady", format.Count(w.sum.Steady))
	}
	head := WatchingHead
	if _, ok := w.st.Replay(); ok {
		head = UndecidedHead
	}
	return Sentence{head, text + w.describeUnknown() + w.describeLeader()}
}

// describeLeader names what grows fastest before there is a verdict.
func (w fleetWording) describeLeader() string {
	var first *leak.Leader
	name := ""
	for _, m := range w.st.Members {
		l := m.State.Report.Leader
		if l != nil && !m.IsGone() && first == nil { // they are in that order
			first, name = l, format.Clean(m.Name)
		}
	}
	if first == nil {
		return ""
	}
	return "; in " + name + ": " + first.String()
}

// describeLeak describes the first suspect.
func (w fleetWording) describeLeak() string {
	text := fmt.Sprintf("in %d of %d", w.sum.Leaking, w.sum.Members)
	if w.sum.Members == 1 && len(w.st.Comparison.Suspects) > 0 && len(w.st.Comparison.Suspects[0].Shares) == 1 {
		text = "in " + w.name(w.st.Comparison.Suspects[0].Shares[0].ID)
	}
	if len(w.st.Comparison.Suspects) == 0 {
		return text
	}
	s := w.st.Comparison.Suspects[0]
	if n := s.Leaking(); n > 0 && n < w.sum.Leaking { // others leak elsewhere
		text += fmt.Sprintf("; in %d of these", n)
	}
	if w.sum.Alone != "" {
		text += ": only " + w.name(w.sum.Alone) + ": " + w.subject(s) + w.describeRates(s) + w.describeSplit(s)
		if w.sum.Odd != nil {
			text += "; it also " + FleetOutlier(*w.sum.Odd) + w.fewNote(w.sum.Odd.Of)
		}
	} else {
		text += ": " + w.subject(s) + w.describeRates(s) + w.listLeaking(s) + w.describeSplit(s)
	}
	if w.sum.First != "" {
		if w.sum.Leaking == 1 && w.sum.First == w.sum.Alone {
			return text + "; limit in " + format.Hours(w.sum.HoursToLimit)
		}
		text += "; the first reaches its limit in " + format.Hours(w.sum.HoursToLimit) + ": " + w.name(w.sum.First)
	}
	return text
}

// subject names what leaks.
func (w fleetWording) subject(s compare.Suspect) string { return s.First.Label() }

// describeRates returns how fast a suspect grows in each member: ", +36 MiB/h each".
func (w fleetWording) describeRates(s compare.Suspect) string {
	unit := unitSuffix(s.First.Unit)
	per := func(v float64) string {
		return format.Growth(v, s.First.Unit) + unit + "/h"
	}
	switch {
	case s.Sum == 0:
		return "" // proven by the runtime, not by growth
	case len(s.Shares) == 1:
		return ", " + per(s.Sum)
	case per(s.Max) == per(s.Min):
		return ", " + per(s.Median) + " each"
	case s.Max <= 1.3*s.Min:
		return ", about " + per(s.Median) + " each"
	}
	return ", " + format.Growth(s.Min, s.First.Unit) + " to " + per(s.Max)
}

// maxNames is the maximum number of members that a sentence names.
const maxNames = 3

// listLeaking lists the members that leak, if they are few among many.
func (w fleetWording) listLeaking(s compare.Suspect) string {
	var all []string
	for _, x := range s.Shares {
		if x.Suspect.Confidence != leak.Low {
			all = append(all, w.name(x.ID))
		}
	}
	if len(all) == 0 || len(all) > maxNames || len(all) == w.sum.Members {
		return ""
	}
	return ", in " + joinNames(all)
}

func joinNames(all []string) string {
	if len(all) == 1 {
		return all[0]
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

// inHowMany returns "in 2 of 5: ".
func (w fleetWording) inHowMany(s compare.Suspect) string {
	text := fmt.Sprintf("in %d of %d: ", len(s.Shares), s.Of)
	if len(s.Shares) == 1 && s.Of > 1 {
		text = "in " + w.name(s.Shares[0].ID) + ": "
	}
	return text
}

// describeSplit says what the members with the suspect have in common: "; since v1.9, not in
// v1.8".
func (w fleetWording) describeSplit(s compare.Suspect) string {
	x := s.Split
	if x == nil {
		return ""
	}
	others := joinNames(x.Others[:min(len(x.Others), maxNames)])
	if more := len(x.Others) - maxNames; more > 0 {
		others = fmt.Sprintf("%d others", len(x.Others))
	}
	switch {
	case x.By == compare.ByVersion && x.IsNewer:
		return "; since " + x.Value + ", not in " + others
	case x.By == compare.ByVersion:
		return "; in version " + x.Value + ", not in " + others
	}
	return fmt.Sprintf("; on %s %s, not on %s", x.By, x.Value, others)
}

// describeUnknown says how many members are undecided, unobserved or gone.
func (w fleetWording) describeUnknown() string {
	text := ""
	if n := w.sum.Undecided; n > 0 && w.sum.Leaking+w.sum.Steady > 0 {
		text += fmt.Sprintf("; %s undecided yet", format.Count(n))
	}
	if w.sum.Silent > 0 {
		text += "; no profile from " + w.silentNames() + w.describeFailures()
	}
	return text + w.describeGone()
}

// describeFailures says why members have sent no profile: " (3 refused, 1 no pprof)", or
// " (no pprof)" if it is the same for all; " yet" while nothing is known to be wrong.
func (w fleetWording) describeFailures() string {
	counts, words := map[string]int{}, []string(nil)
	for _, m := range w.st.Members {
		word := SilenceWord(m)
		if m.IsGone() || word == "" || m.State.Polls > 0 {
			continue
		}
		if counts[word]++; counts[word] == 1 {
			words = append(words, word)
		}
	}
	switch {
	case len(words) == 0:
		return " yet"
	case len(words) == 1 && counts[words[0]] == w.sum.Silent:
		return " (" + words[0] + ")"
	}
	slices.SortStableFunc(words, func(a, b string) int { return counts[b] - counts[a] })
	for i, word := range words {
		words[i] = format.Count(counts[word]) + " " + word
	}
	return " (" + strings.Join(words, ", ") + ")"
}

// silentNames names the member that has sent no profile, or counts them.
func (w fleetWording) silentNames() string {
	if w.sum.Silent == 1 {
		for _, m := range w.st.Members {
			if !m.IsGone() && m.State.Polls == 0 {
				return format.Clean(m.Name)
			}
		}
	}
	return format.Count(w.sum.Silent)
}

func (w fleetWording) describeGone() string {
	if w.sum.Gone == 0 {
		return ""
	}
	text, leaked := fmt.Sprintf("; %s gone", format.Count(w.sum.Gone)), 0
	for _, m := range w.st.Members {
		if m.IsGone() && m.Compared.Report.Verdict == leak.Leaks {
			leaked++
		}
	}
	switch {
	case leaked == 0:
		return text
	case leaked == w.sum.Gone:
		return text + " that leaked"
	}
	return text + fmt.Sprintf(", of which %s leaked", format.Count(leaked))
}

// fewNote is the caveat for a comparison of few members.
func (w fleetWording) fewNote(n int) string {
	if n >= compare.FewCompared {
		return ""
	}
	return fmt.Sprintf(" (compared with %d others, which are few)", n-1)
}

func (w fleetWording) name(id string) string {
	m, _ := w.st.Find(id)
	return format.Clean(m.Name)
}

func (w fleetWording) allOf(n int) string {
	if n == w.sum.Members {
		return fmt.Sprintf("all %s %s", format.Count(n), w.noun(n))
	}
	return fmt.Sprintf("%s of %s", format.Count(n), format.Count(w.sum.Members))
}

func (w fleetWording) noun(n int) string { return FleetNoun(w.st, n) }

// FleetNoun returns what n members are called: "pods" or "targets".
func FleetNoun(st fleet.State, n int) string {
	word, plural := "target", "targets"
	if len(st.Members) > 0 {
		switch f := st.Members[0].Facts; {
		case f.Pod != "":
			word, plural = "pod", "pods"
		case f.PID != 0:
			word, plural = "process", "processes"
		}
	}
	if n != 1 {
		return plural
	}
	return word
}
