package fleet

import (
	"strings"

	compare "github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// The lines below the table on the row under the cursor, if the page is high enough.
const (
	detailLines  = 4
	minWithLines = 12
)

// detailHeight returns how many lines of a page are about the selected row.
func detailHeight(h int) int {
	if h < minWithLines {
		return 0
	}
	return detailLines
}

// Resize implements [tui.Page].
func (p *Members) Resize(r tui.Rect) {
	p.room = r
	r.H -= detailHeight(r.H)
	p.List.Resize(r)
}

// View draws the table, and what is known of the selected row below it.
func (p *Members) View() string {
	n := detailHeight(p.room.H)
	if n == 0 {
		return p.List.View()
	}
	lines := tui.Fill(strings.Split(p.List.View(), "\n"), p.room.W, p.room.H-n)
	return strings.Join(append(lines, tui.Fill(p.detail(), p.room.W, n)...), "\n")
}

// detail describes the selected member: a line to set it apart, what it is, what is wrong,
// and what is odd.
func (p *Members) detail() []string {
	r, ok := p.Selected()
	if !ok {
		return nil
	}
	t, w := p.Context().Theme, p.room.W
	m := r.Member
	out := []string{t.Render(theme.Border, strings.Repeat("─", w)), " " + t.Render(theme.Title, format.Clean(m.FullName)) + t.Render(theme.Dim, factsText(m))}
	tone, text := situation(m)
	odd := p.oddText(m.ID)
	room := detailLines - len(out)
	if odd != "" {
		room--
	}
	out = append(out, tui.MessageLines(t, tone, text, w, room)...)
	if odd != "" {
		out = append(out, " "+t.Render(theme.Accent, odd))
	}
	for i := range out {
		out[i] = format.Fit(out[i], w)
	}
	return out
}

// factsText lists what distinguishes a member, as far as known.
func factsText(m fleet.Member) string {
	f := m.Facts
	text := ""
	for _, part := range []struct{ label, value string }{
		{"", f.Version}, {"node ", f.Node}, {"zone ", m.Zone}, {"context ", m.Cluster}, {"", f.GoVersion}, {"last exit ", f.LastExit},
	} {
		if part.value != "" {
			text += " " + theme.SymbolDot + " " + part.label + format.Clean(part.value)
		}
	}
	return text
}

// situation says what is to be known of a member first.
func situation(m fleet.Member) (theme.Tone, string) {
	r := m.State.Report
	switch {
	case m.IsGone() && len(r.Suspects) > 0:
		return theme.Dim, "Gone since " + clock(m) + ". " + r.Suspects[0].Sentence
	case m.IsGone():
		return theme.Dim, "Gone since " + clock(m) + "."
	case m.Err != nil:
		return theme.Bad, format.Capitalize(tui.Explain(m.Err))
	case len(r.Suspects) > 0:
		h := report.SuspectHead(r.Suspects[0].Confidence)
		return h.Tone, h.String() + "  " + r.Suspects[0].Sentence
	case r.Leader != nil:
		return theme.Plain, r.Leader.String()
	case r.Caveat.What != "":
		return theme.Dim, format.Capitalize(r.Caveat.String())
	}
	return theme.Dim, tui.Waiting
}

func clock(m fleet.Member) string { return m.Gone.Local().Format("15:04:05") }

// oddText says what is odd about a member, apart from what leaks; empty if nothing is.
func (p *Members) oddText(id string) string {
	st := p.Context().Fleet
	for _, o := range st.Comparison.OutliersOf(id) {
		if !isSuspect(st.Comparison, o) {
			return "It " + report.FleetOutlier(o)
		}
	}
	return ""
}

func isSuspect(c compare.Comparison, o compare.Outlier) bool {
	for _, s := range c.Suspects {
		if _, has := s.Has(o.ID); has && s.First.Function == o.Function {
			return true
		}
	}
	return o.Function == ""
}
