package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// layOut implements [listed]: a few lines for the verdict, and the rest for the page.
func (m *fleetModel) layOut(w, h int) screenLayout {
	said := 2
	switch {
	case h >= 36 && w >= 160: // few sentences wrap
		said = 4
	case h >= 22:
		said = 5
	case h >= 16:
		said = 3
	}
	l := screenLayout{suspects: tui.Rect{X: 0, Y: 1, W: w, H: said}, tabs: 1 + said, footer: h - 1}
	l.body = tui.Rect{X: 0, Y: l.tabs + 1, W: w, H: max(0, l.footer-l.tabs-1)}
	return l
}

// drawTop implements [listed].
func (m *fleetModel) drawTop() []string {
	return append([]string{m.drawHeader()}, m.drawSentences()...)
}

// drawHeader draws the first line: what is watched, and how.
func (m *fleetModel) drawHeader() string {
	t, st := m.vc.Theme, m.vc.Fleet
	left := format.Clean(st.Name)
	if counted := fmt.Sprintf("%s %s", format.Count(st.Comparison.Summary.Members), m.nounFor(st.Comparison.Summary.Members)); counted != st.Name {
		left += t.Render(theme.Dim, "  "+counted)
	}
	return m.drawStatusLine(left, m.watchStatus()...)
}

// watchStatus describes how the members are watched.
func (m *fleetModel) watchStatus() (parts []string) {
	t, st := m.vc.Theme, m.vc.Fleet
	wait, cost, polled := pollCost(*st)
	switch {
	case m.vc.Paused:
		parts = append(parts, tui.PausedText(m.vc))
	case st.Ended && st.Err != nil:
		parts = append(parts, t.Render(theme.Bad, theme.SymbolFailed+" ended"))
	case st.Ended && m.fleet.IsRecorded() && format.NeedsDays(m.vc.WatchTime()):
		parts = append(parts, t.Render(theme.Dim, m.vc.FormatClock(st.Started)+" to "+m.vc.FormatClock(st.Now)))
	case st.Ended:
		parts = append(parts, t.Render(theme.Dim, "ended"))
	case m.replayStatus() != "":
		parts = append(parts, m.replayStatus())
		cost = 0
	case polled == 0:
		parts = append(parts, t.Render(theme.Dim, "connecting"+theme.SymbolMore))
	default:
		parts = append(parts, t.Render(theme.Good, theme.SymbolLive+" live every "+format.Duration(wait.Round(time.Second))))
	}
	if cost > 0 {
		parts = append(parts, t.Render(theme.Dim, "cost up to "+format.Percent(cost)+" each"))
	}
	if !st.Started.IsZero() && st.Now.After(st.Started) {
		parts = append(parts, t.Render(theme.Dim, format.Elapsed(st.Now.Sub(st.Started))))
	}
	return parts
}

// pollCost returns the usual time between polls, the highest cost, and how many endpoints
// are polled.
func pollCost(st fleet.State) (wait time.Duration, cost float64, polled int) {
	var waits []time.Duration
	for _, x := range st.Members {
		if x.IsGone() || x.Err != nil {
			continue
		}
		for _, e := range x.State.Status.Endpoints {
			if e.Kind.Info().Polled && !e.Disabled {
				waits = append(waits, e.Wait)
			}
		}
		cost = max(cost, x.State.Status.Cost)
	}
	if len(waits) > 0 {
		slices.Sort(waits)
		wait = waits[len(waits)/2]
	}
	return wait, cost, len(waits)
}

// replayStatus says which moment of a replay is shown; empty for a live fleet.
func (m *fleetModel) replayStatus() string {
	r, ok := m.vc.Fleet.Replay()
	if !ok {
		return ""
	}
	symbol := theme.SymbolPaused
	if r.Playing {
		symbol = theme.SymbolCursor
	}
	end := "of " + m.vc.FormatClock(r.To)
	if r.Loaded < 1 {
		end = "reading " + format.Percent(r.Loaded)
	}
	return m.vc.Theme.Render(theme.Accent, fmt.Sprintf("%s replay %gx  %s %s", symbol, r.Speed, m.vc.FormatClock(r.At), end))
}

// fleetOnScreen returns the state that the rows on screen were made from, so that sentences
// and rows show the same numbers.
func (m *fleetModel) fleetOnScreen() fleet.State {
	if p, ok := m.currentPage().(tui.HasFleet); ok && p.FleetOfRows() != nil {
		return *p.FleetOfRows()
	}
	return *m.vc.Fleet
}

// drawSentences draws the sentences about the fleet. It always fills its lines, so that
// the table does not move.
func (m *fleetModel) drawSentences() []string {
	r := m.layout.suspects
	var out []string
	for at, s := range report.FleetSentences(m.fleetOnScreen()) {
		head := s.Head.String()
		indent := strings.Repeat(" ", format.Width(head)+3)
		text := format.WrapIndented(s.Text, r.W-1, indent)
		if at > 0 && len(out)+len(text) > r.H {
			break // it would be cut; the panes have the rest
		}
		for i, l := range text {
			if i == 0 {
				l = " " + m.vc.Theme.Render(s.Tone, head) + "  " + strings.TrimPrefix(l, indent)
			}
			out = append(out, l)
		}
	}
	if m.vc.Untouched && len(out) < r.H {
		out = append(out, " "+m.vc.Theme.Render(theme.Accent, theme.SymbolMark)+"  enter opens one, with its own history; esc returns here; ? explains.")
	}
	for i := range out {
		out[i] = format.Fit(out[i], r.W)
	}
	return tui.Fill(out[:min(len(out), r.H)], r.W, r.H)
}
