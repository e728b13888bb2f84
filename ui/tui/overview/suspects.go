package overview

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// verdictText is the lines below the charts, at most last of them.
type verdictText struct {
	vc    *tui.ViewContext
	w     int
	last  int
	lines []string
	ends  []int // for each suspect that is shown, the line after its last line
	first int   // line of the first suspect
}

// VerdictLines returns the verdict in h lines of width w. It always fills h lines, so
// that the table below does not move.
func VerdictLines(vc *tui.ViewContext, w, h int) []string {
	lines := tui.Fill(layVerdict(vc, w, h).lines, w, h)
	for i := range lines {
		lines[i] = format.Pad(format.Fit(lines[i], w), w)
	}
	return lines
}

// SuspectAt returns the suspect that a line of [VerdictLines] is about.
func SuspectAt(vc *tui.ViewContext, w, h, line int) (leak.Suspect, bool) {
	t := layVerdict(vc, w, h)
	for i, end := range t.ends {
		if line >= t.first && line < end {
			return vc.State.Report.Suspects[i], true
		}
	}
	return leak.Suspect{}, false
}

// maxSentenceLines is more lines than any screen has room for.
const maxSentenceLines = 12

func layVerdict(vc *tui.ViewContext, w, h int) *verdictText {
	out := laySentences(vc, w, h)
	out.addLookAlikes(vc.State.Report)
	if vc.Untouched && !vc.SaysWhy {
		if len(out.lines) < h-1 {
			out.lines = append(out.lines, "")
		}
		out.addSentence(theme.Accent, theme.SymbolMark, newcomerHint)
	}
	return out
}

// laySentences lays out the verdict and what limits it.
func laySentences(vc *tui.ViewContext, w, h int) *verdictText {
	r := vc.State.Report
	out := &verdictText{vc: vc, w: w, last: h - 1} // a failed poll must not hide the verdict
	if !vc.IsOfFiles() {
		out.addTroubles(theme.Bad, theme.SymbolFailed)
	}
	out.last = h
	out.addCards(r)
	if len(r.Suspects) == 0 {
		line := verdictLine(vc)
		out.addSentence(line.Tone, line.Head.String(), line.Text)
	}
	if forms := report.PastForms(vc.State.Past); forms[0] != "" {
		out.addFirstFit(report.PastTone(vc.State.Past), report.PastHead, forms)
	}
	if vc.IsOfFiles() && !vc.IsOneProfile() {
		out.addTroubles(theme.Dim, theme.SymbolDot) // what is missing from files is not a failure
	}
	if b := vc.State.Before; len(b.Suspects) > 0 {
		out.addSentence(theme.Dim, beforeWhat(vc), b.Suspects[0].Sentence)
	}
	if len(r.Suspects) > 0 && len(out.lines) > 0 && r.Caveat.What != "" {
		out.addSentence(theme.Dim, " ", vc.Theme.Render(theme.Dim, r.Caveat.String()))
	}
	for _, w := range slices.Backward(r.Withdrawn) {
		out.addSentence(theme.Dim, "withdrawn", w.String())
	}
	out.addWarnings()
	return out
}

// addLookAlikes names what resembles a leak but is none. If something grows without a
// verdict, it says that instead.
func (v *verdictText) addLookAlikes(r leak.Report) {
	if len(r.Suspects) > 0 || r.Leader != nil {
		return
	}
	for _, a := range r.LookAlikes {
		v.addSentence(theme.Dim, theme.SymbolDot, a.String())
	}
}

// addTroubles adds what is wrong, with an equal share of the lines for each.
func (v *verdictText) addTroubles(tone theme.Tone, head string) {
	all, end := tui.UrgentTexts(v.vc), v.last
	for i, text := range all {
		v.last = len(v.lines) + max(1, (end-len(v.lines))/(len(all)-i)) // each has room for what happened
		v.last = min(v.last, end)
		v.addSentence(tone, head, text)
	}
	v.last = end
}

// addSentence adds a sentence after its head, as many lines of it as there is room for.
func (v *verdictText) addSentence(tone theme.Tone, head, text string) {
	indent := strings.Repeat(" ", format.Width(head)+3)
	for i, l := range upTo(v.last-len(v.lines), format.WrapIndented(text, v.w-1, indent), v.w-1) {
		if i == 0 {
			l = " " + v.vc.Theme.Render(tone, head) + "  " + strings.TrimPrefix(l, indent)
		}
		v.lines = append(v.lines, l)
	}
}

// addFirstFit adds the first sentence that fits as a whole, or else the last.
func (v *verdictText) addFirstFit(tone theme.Tone, head string, texts []string) {
	indent := strings.Repeat(" ", format.Width(head)+3)
	for i, text := range texts {
		if i == len(texts)-1 || len(format.WrapIndented(text, v.w-1, indent)) <= v.last-len(v.lines) {
			v.addSentence(tone, head, text)
			return
		}
	}
}

func (v *verdictText) addWarnings() {
	warnings, notes := tui.WarningsAndNotes(v.vc)
	for _, w := range warnings {
		v.addSentence(report.WarningHead.Tone, report.WarningHead.Word, w)
	}
	for _, n := range notes {
		v.addSentence(report.NoteHead.Tone, report.NoteHead.Word, n)
	}
}

// upTo returns the first n lines. It appends as many words of the rest to the last one as
// fit in w columns, so that no number is cut.
func upTo(n int, lines []string, w int) []string {
	if n <= 0 {
		return nil
	}
	if len(lines) > n {
		rest := lines[n-1]
		for _, l := range lines[n:] {
			rest += " " + strings.TrimSpace(l)
		}
		lines = append(lines[:n-1:n-1], format.FitWords(rest, w))
	}
	return lines
}

// beforeWhat says which process the earlier verdict is about.
func beforeWhat(vc *tui.ViewContext) string {
	if n := vc.State.BeforeName; n != "" && n != vc.State.Facts.Name {
		return "on the pod before"
	}
	return "before the restart"
}

// newcomerHint is shown until the first key press, if there is room.
const newcomerHint = "New here? enter drills down to the line, v shows why, ? explains the rest."

// verdictLine returns the line shown without a suspect.
func verdictLine(vc *tui.ViewContext) report.Sentence {
	st := vc.State
	if r := st.Replay; r != nil && r.IsFiles && tui.CountPolls(r) <= 2 {
		if r.Pair {
			return report.Sentence{Head: report.Head{Tone: theme.Good, Symbol: theme.SymbolSteady, Word: "compared"}, Text: "the second profile minus the first; for a verdict give three or more, or a recording"}
		}
		return report.Sentence{Head: report.Head{Tone: theme.Good, Symbol: theme.SymbolSteady, Word: "held"}, Text: "one profile shows what is held; to compare it with a second one: leaktop BEFORE.pb.gz AFTER.pb.gz"}
	}
	head := report.WatchingHead
	switch {
	case st.Replay != nil:
		head = report.UndecidedHead
	case vc.IsReading():
		return report.Sentence{Head: report.UndecidedHead, Text: "the first profile is being read"}
	}
	switch {
	case st.Report.Verdict == leak.Steady:
		return report.Sentence{Head: report.SteadyHead, Text: st.Report.Caveat.String()}
	case len(st.Heap) == 0 && len(st.Goroutines) == 0, st.Report.Caveat.What == "":
		return report.Sentence{Head: head, Text: "no profile has arrived yet"}
	}
	text := st.Report.Caveat.String()
	if l := st.Report.Leader; l != nil {
		text = l.String()
	}
	if st.Restarts > 1 && !st.Several {
		text += fmt.Sprintf("; the target has restarted %s times, see Events", format.Count(st.Restarts))
	}
	return report.Sentence{Head: head, Text: text}
}
