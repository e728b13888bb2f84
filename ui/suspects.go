package ui

import (
	"strings"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// suspectLines are the verdict in sentences, in at most h lines of width w. They
// always take h lines, so that the table under them stands still.
func suspectLines(sh *shared, w, h int) []string {
	var out []string
	add := func(tone theme.Tone, head, text string) {
		room := h - len(out)
		if room <= 0 {
			return
		}
		indent := strings.Repeat(" ", format.Width(head)+3)
		for i, l := range wrap(text, w-1, indent) {
			if i >= room {
				break
			}
			if i == 0 {
				l = " " + sh.theme.Render(tone, head) + "  " + strings.TrimPrefix(l, indent)
			}
			out = append(out, l)
		}
	}
	for _, s := range troubles(sh) {
		add(theme.Bad, theme.SymbolFailed, s)
	}
	r := sh.state.Report
	for i, s := range r.Suspects {
		if more := len(r.Suspects) - i; more > 1 && len(out) == h-1 {
			add(theme.Dim, theme.SymbolMore, format.Count(more)+" more: see VERDICT in the table")
			break
		}
		text, ask := s.Sentence, ""
		if s.WantsCreator {
			ask = " " + theme.SymbolDot + " " + sh.keys.Creators.Help().Key + " names who starts them"
		}
		if len(r.Suspects) > 1 { // several are told in a line each, their beginnings tell most
			text = brief(s, max(8, w-5-format.Width(suspectHead(s))-format.Width(ask)))
		}
		add(suspectTone(s), suspectHead(s), text+ask)
	}
	if len(r.Suspects) == 0 {
		add(verdictLine(sh))
		for _, a := range r.Alikes {
			add(theme.Dim, theme.SymbolDot, a)
		}
	}
	if b := sh.state.Before; len(b.Suspects) > 0 {
		add(theme.Dim, beforeWhat(sh), b.Suspects[0].Sentence)
	}
	if len(out) > 0 && r.Caveat != "" && len(r.Suspects) > 0 {
		add(theme.Dim, " ", sh.theme.Render(theme.Dim, r.Caveat))
	}
	if sh.unused {
		if len(out) < h-1 {
			out = append(out, "")
		}
		add(theme.Accent, theme.SymbolMark, newcomer)
	}
	for len(out) < h {
		out = append(out, "")
	}
	for i := range out {
		out[i] = pad(format.Fit(out[i], w), w)
	}
	return out
}

// beforeWhat says what the earlier verdict is of.
func beforeWhat(sh *shared) string {
	if n := sh.state.BeforeName; n != "" && n != sh.state.Facts.Name {
		return "on the pod before"
	}
	return "before the restart"
}

// brief is the sentence on a suspect in one line: where it would be cut, who
// and how fast come first, so that no number is cut.
func brief(s leak.Suspect, room int) string {
	if format.Width(s.Sentence) <= room {
		return s.Sentence
	}
	who := ""
	what, ok := strings.CutPrefix(s.Sentence, shortName(s.Function)+" ")
	if ok {
		who = shortName(s.Function) + " "
	}
	what, _, _ = strings.Cut(what, ": +")
	return format.Fit(who+format.PerHour(s.GrowthPerHour, plainUnit(s.Unit))+": "+what, room)
}

// newcomer is said until the first key, where there is room.
const newcomer = "New here? enter leads down to the line, v says why, ? explains the rest."

// verdictLine is what is said when there is no suspect.
func verdictLine(sh *shared) (theme.Tone, string, string) {
	st := sh.state
	switch {
	case st.Report.Verdict == leak.Steady:
		return theme.Good, theme.SymbolSteady + " steady", st.Report.Caveat
	case len(st.Heap) == 0 && len(st.Goroutines) == 0:
		return theme.Dim, theme.SymbolWatch + " watching", "no profile has come yet"
	}
	return theme.Dim, theme.SymbolWatch + " watching", st.Report.Caveat
}

func suspectTone(s leak.Suspect) theme.Tone {
	if s.Confidence == leak.Low {
		return theme.Warn
	}
	return theme.Bad
}

func suspectHead(s leak.Suspect) string {
	switch s.Confidence {
	case leak.Low:
		return theme.SymbolWatch + " suspect"
	case leak.Proven:
		return theme.SymbolLeak + " LEAK proven"
	}
	return theme.SymbolLeak + " LEAK"
}
