package fleet

import (
	"slices"
	"strings"

	compare "github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// The number of lines below the table about the row under the cursor, if the page is high
// enough: more if few rows leave room.
const (
	detailLines  = 4
	maxDetail    = 14
	minWithLines = 12
)

// detailHeight returns how many lines of the page are about the selected row.
func (m *Members) detailHeight() int {
	if m.room.H < minWithLines {
		return 0
	}
	free := m.room.H - 2 - len(m.Rows()) // the titles, and a blank line
	return min(max(free, detailLines), maxDetail)
}

// Resize implements [tui.Page].
func (m *Members) Resize(r tui.Rect) {
	m.room = r
	m.lines = m.detailHeight()
	r.H -= m.lines
	m.List.Resize(r)
}

// View draws the table, and below it what is known about the selected row.
func (m *Members) View() string {
	if m.lines != m.detailHeight() { // rows have arrived
		m.Resize(m.room)
	}
	n := m.lines
	if n == 0 {
		return m.List.View()
	}
	lines := tui.Fill(strings.Split(m.List.View(), "\n"), m.room.W, m.room.H-n)
	return strings.Join(append(lines, tui.Fill(m.detail(n), m.room.W, n)...), "\n")
}

// detail describes the selected member in n lines: a separator, what it is, what is wrong,
// and what is odd.
func (m *Members) detail(n int) []string {
	r, ok := m.Selected()
	if !ok {
		return nil
	}
	t, w := m.Context().Theme, m.room.W
	member := r.Member
	out := []string{t.Render(theme.Border, strings.Repeat("─", w)), " " + t.Render(theme.Title, format.Clean(member.FullName)) + t.Render(theme.Dim, factsText(member, w-1-format.Width(member.FullName)))}
	said := describeSituation(member)
	if odd := m.oddText(member.ID); odd != "" {
		said = slices.Insert(said, min(2, len(said)), sentence{theme.Accent, odd}) // a leak's place comes first
	}
	room := n - len(out)
	for i, s := range said { // omit what does not fit, rather than cut it
		lines := tui.MessageLines(t, s.tone, s.text, w, n)
		if i > 0 && len(lines) > room {
			continue
		}
		lines = lines[:min(len(lines), room)]
		out, room = append(out, lines...), room-len(lines)
	}
	for i := range out {
		out[i] = format.Fit(out[i], w)
	}
	return out
}

// factsText lists the known facts that distinguish a member, as many as fit in w columns.
func factsText(m fleet.Member, w int) string {
	f := m.Facts
	text := ""
	for _, part := range []struct{ label, value string }{
		{"last exit ", f.LastExit}, {"", f.Version}, {"node ", f.Node}, {"zone ", m.Zone}, {"context ", m.Cluster}, {"", f.GoVersion},
	} {
		more := " " + theme.SymbolDot + " " + part.label + format.Clean(part.value)
		if part.value != "" && format.Width(text+more) <= w {
			text += more
		}
	}
	return text
}

// sentence is a text with the tone that it is drawn in.
type sentence struct {
	tone theme.Tone
	text string
}

// describeSituation says what the user should know about a member, the most important first.
func describeSituation(m fleet.Member) []sentence {
	r := m.State.Report
	switch {
	case m.IsGone():
		return append([]sentence{{theme.Dim, describeGone(m)}}, describeSuspects(r)...)
	case m.Err != nil:
		return []sentence{{theme.Bad, format.Capitalize(tui.Explain(m.Err))}}
	case len(r.Suspects) > 0:
		return describeSuspects(r)
	case r.Leader != nil:
		return []sentence{{theme.Plain, r.Leader.String()}}
	case r.Caveat.What != "":
		return []sentence{{theme.Dim, format.Capitalize(r.Caveat.String())}}
	}
	return []sentence{{theme.Dim, tui.Waiting}}
}

// describeSuspects says what each suspect does, where it is, and why.
func describeSuspects(r leak.Report) []sentence {
	var out []sentence
	for _, s := range r.Suspects {
		h := report.SuspectHead(s.Confidence)
		out = append(out, sentence{h.Tone, h.String() + "  " + s.Sentence})
		if why := strings.TrimSpace(report.DescribePlace(s) + "  " + s.Cause); why != "" {
			out = append(out, sentence{theme.Dim, why})
		}
	}
	return out
}

// describeGone says since when a member is gone, and why.
func describeGone(m fleet.Member) string {
	text := "Gone since " + m.Gone.Local().Format("15:04:05")
	if m.Removed != "" {
		return text + ": " + format.Clean(m.Removed)
	}
	return text + "."
}

// oddText says what is odd about a member, apart from what leaks; empty if nothing is.
func (m *Members) oddText(id string) string {
	st := m.Context().Fleet
	if shown := m.FleetOfRows(); shown != nil {
		st = shown // so that the numbers are those of the rows
	}
	for _, o := range st.Comparison.OutliersOf(id) {
		if !isSuspect(st.Comparison, o) {
			return "It " + report.FleetOutlier(o)
		}
	}
	return ""
}

func isSuspect(c compare.Comparison, o compare.Outlier) bool {
	if o.Leaks {
		return true
	}
	for _, s := range c.Suspects {
		if _, has := s.Has(o.ID); has && s.First.Function == o.Function {
			return true
		}
	}
	return o.Function == ""
}
