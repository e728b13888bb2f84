package ui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// drawTabs draws the tabs of the panes, or the path of a page below one; on the right,
// what the values are.
func (c *core) drawTabs() string {
	t := c.vc.Theme
	names, gap := tabNames(paneTable, c.width)
	left := tui.TabLine(t, names, c.nav.pane, gap)
	if len(c.nav.path) > 0 {
		right := c.describeValues(c.width / 2)
		left = " " + t.Render(theme.Accent, format.FitLeft(c.nav.pathText(), max(10, c.width-format.Width(right)-2)))
	}
	right := t.Render(theme.Dim, c.describeValues(c.width-format.Width(left)-1))
	room := c.width - format.Width(right)
	return format.Pad(format.Fit(left, room), room) + right
}

// Tabs leave room for what the values are: for the usual "heap inuse_space · last
// 4m" before names are shortened, and for the longer "allocs alloc_space · at
// 14:02:05" before the gaps are widened. minValues is what even short names leave.
const (
	usualValues = 28
	longValues  = 34
	minValues   = 13 // "old process"
)

// tabNames returns the names of panes on a screen of w columns, and the gap between
// them: in full if that leaves room for what the values are.
func tabNames(panes []paneSpec, w int) (names []string, gap int) {
	full, short := make([]string, len(panes)), make([]string, len(panes))
	for i, p := range panes {
		number := strconv.Itoa(i+1) + " "
		full[i], short[i] = number+p.name, number+p.short
	}
	room := w - 1 - format.Width(strings.Join(full, ""))
	for gap = 3; gap > 1; gap-- {
		if room-gap*(len(full)-1) >= longValues {
			return full, gap
		}
	}
	if room-(len(full)-1) >= usualValues {
		return full, 1
	}
	if w-1-format.Width(strings.Join(short, ""))-2*(len(short)-1) >= minValues {
		return short, 2
	}
	return short, 1
}

// tabAt returns the pane whose tab is at a column, -1 for none.
func (c *core) tabAt(x int) int {
	names, gap := tabNames(paneTable, c.width)
	at := 1
	for i, n := range names {
		w := format.Width(n)
		if x >= at && x < at+w {
			return i
		}
		at += w + gap
	}
	return -1
}

// describeValues describes the values of the page in at most room columns, starting
// with what changes their meaning most.
func (c *core) describeValues(room int) string {
	var parts []string
	shown := c.shownSettings()
	switch {
	case shown.Range.IsSet():
		parts = append(parts, shown.Range.String())
	case shown.Baseline:
		parts = append(parts, "since baseline")
	}
	switch s, own := c.ownSubject(); {
	case s.Kind != "":
		parts = append(parts, format.Sample(string(s.Kind), s.Sample))
	case !own:
		parts = append(parts, format.Sample(string(shown.Kind), shown.Sample))
	}
	switch taken := shown.FetchedAt; {
	case taken.IsZero() && !shown.Baseline: // with a baseline, growth is since the baseline
		parts = append(parts, tui.WindowName(shown.Window))
	case !taken.IsZero():
		parts = append(parts, "at "+c.vc.FormatClock(taken))
		if c.vc.State.Restarts > 0 && taken.Before(c.vc.State.Start) {
			parts = slices.Insert(parts, 0, "old process")
		}
	}
	for n := len(parts); n > 0; n-- {
		if s := strings.Join(parts[:n], " "+theme.SymbolDot+" ") + " "; format.Width(s) <= room {
			return s
		}
	}
	return ""
}
