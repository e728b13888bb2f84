package ui

import (
	"image/color"
	"regexp"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trend"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui/evidence"
)

// trueColor matches a foreground or background in true color.
var trueColor = regexp.MustCompile(`[34]8[;:]2[;:]+\d+[;:]\d+[;:]\d+`)

// colorsOf returns all colors of a theme.
func colorsOf(dark bool) []string {
	var all []string
	t := theme.New(dark, colorprofile.TrueColor)
	for tone := theme.Plain; tone <= theme.FlameCursor; tone++ {
		all = append(all, trueColor.FindAllString(t.Render(tone, "x")+t.RenderSelected(tone, "x"), -1)...)
	}
	return all
}

// backgroundMsg returns a terminal's response to the query for its background.
func backgroundMsg(dark bool) tea.BackgroundColorMsg {
	if dark {
		return tea.BackgroundColorMsg{Color: color.Black}
	}
	return tea.BackgroundColorMsg{Color: color.White}
}

// wantColors checks that a screen has colors, and only those of its theme.
func (s *screen) wantColors(where string, dark bool) {
	s.t.Helper()
	all := colorsOf(dark)
	found := trueColor.FindAllString(s.m.View().Content, -1)
	if len(found) == 0 {
		s.t.Errorf("%s has no color", where)
	}
	for _, c := range found {
		if !slices.Contains(all, c) {
			s.t.Errorf("%s, dark %t: got the color %s, which is not in the theme:\n%s", where, dark, c, s.text())
			return
		}
	}
}

// When the terminal reports its background, every open page switches all its colors to the matching theme and its
// content stays the same.
func TestEveryPageFollowsTheBackground(t *testing.T) {
	s := newColorScreen(t, typical, colorprofile.TrueColor, 120, 40)
	defer s.m.actions.web.close()
	s.addMemory()
	s.m.overview.Refresh()
	e := s.growingRow()
	suspects := []leak.Suspect{{
		Kind: leak.Heap, Function: e.Name, Group: e.Group, Unit: "bytes", Confidence: leak.High, Sentence: "it keeps all that it allocates",
		Points: []trend.Point{{T: 0, V: 1}, {T: 60, V: 9}}, Floor: []trend.Point{{T: 0, V: 1}, {T: 60, V: 8}},
	}}
	dark := true
	s.wantColors("the start", dark)
	more := everyPage
	for name, keys := range map[string][]string{
		"filter": {"Functions", "/", "r", "a", "f", "t"}, "filtered": {"Functions", "/", "r", "a", "f", "t", "enter"}, "found": {"Flame", "/", "r", "a", "f", "t", "enter", "n"},
		"flame growth": {"Flame", "g"}, "menu": {"p"}, "help": {"?"}, "export": {"Functions", "e"},
	} {
		more = append(more, struct {
			name string
			keys []string
			has  string
		}{name, keys, ""})
	}
	for _, p := range more {
		s.press("esc", "esc", "esc", "esc", "B")
		s.m.vc.State.Report.Suspects = suspects // a baseline causes a new report
		s.press(p.keys...)
		if _, ok := s.m.currentPage().(*evidence.Page); ok != (p.name == "evidence") {
			t.Errorf("%s: got page %s", p.name, s.m.currentPage().Title())
		}
		s.wantColors(p.name+", opened", dark)
		before, text := s.m.View().Content, s.text()
		dark = !dark
		s.send(backgroundMsg(dark))
		s.wantColors(p.name+", told", dark)
		if ansi.Strip(s.m.View().Content) != text {
			t.Errorf("the text of %s changes with the colors:\n%s", p.name, s.text())
		}
		s.send(backgroundMsg(!dark))
		if s.m.View().Content != before {
			t.Errorf("%s does not return to its first colors", p.name)
		}
		s.send(backgroundMsg(dark))
	}
}
