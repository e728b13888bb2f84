// Package memory is the pane that shows what the memory of the process consists of.
package memory

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/functions"
)

// Pane answers "where is the rest of my memory?": it compares the parts of the
// process's memory with the total of the system and with the limit.
type Pane struct {
	vc   *tui.ViewContext
	room tui.Rect
	top  int // first visible line
	text []string
}

// New makes the pane.
func New(vc *tui.ViewContext) tui.Page { return &Pane{vc: vc} }

// Title implements [tui.Page].
func (p *Pane) Title() string { return "Memory" }

// Resize implements [tui.Page].
func (p *Pane) Resize(r tui.Rect) {
	p.room = r
	p.drawText()
}

// Refresh implements [tui.Page].
func (p *Pane) Refresh(bool) tea.Cmd {
	p.drawText()
	return nil
}

// Update implements [tui.Page].
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	move := tui.ScrollBy(msg, p.room.H)
	p.top = max(0, min(p.top+move, len(p.text)-p.room.H))
	return nil
}

// partFills distinguish the parts of the bar without colors.
var partFills = []rune{'█', '▓', '▒', '░'}

var partTones = []theme.Tone{theme.ChartLine, theme.ChartOther, theme.Warn, theme.Good, theme.Accent, theme.Dim, theme.Bad, theme.Plain}

func (p *Pane) drawText() {
	p.text = append(p.drawPast(), p.drawNow()...)
	p.text = append(p.text, p.drawQueries()...)
	p.top = max(0, min(p.top, len(p.text)-p.room.H))
}

// drawNow draws the parts of the current memory.
func (p *Pane) drawNow() (text []string) {
	st, w := p.vc.State, p.room.W
	if len(st.Memory) == 0 {
		return format.WrapIndented(noMemory(st), w-2, " ")
	}
	r := memory.Latest(st.Memory)
	if r.Time.IsZero() {
		return format.WrapIndented(noFiguresText, w-2, " ")
	}
	parts, total := memoryParts(st, r)
	bar := make([]chart.Part, 0, len(parts))
	for i, part := range parts {
		bar = append(bar, chart.Part{Label: part.Name, Value: float64(part.Bytes), Tone: partTones[i%len(partTones)], Fill: partFills[i%len(partFills)]})
	}
	text = []string{" " + format.Fit(memorySums(st.Facts, r), max(0, w-1))}
	resident := bar[:0:0]
	for i, part := range parts {
		if part.Resident {
			resident = append(resident, bar[i])
		}
	}
	text = append(text, " "+chart.Bar(p.vc.Theme, max(0, w-2), max(total, float64(st.Facts.Limit)), resident...))
	if sums := kernelSums(r); sums != "" {
		text = append(text, " "+p.vc.Theme.Render(theme.Dim, format.Fit(sums, max(0, w-1))))
	}
	text = append(text, "")
	for i, part := range parts {
		text = append(text, p.drawPart(part, bar[i], total)...)
	}
	if p.isNarrow() {
		for _, part := range parts {
			text = append(text, "", " "+p.vc.Theme.Render(theme.Title, part.Name))
			text = append(text, format.WrapIndented(explainPart(part), w-1, "   ")...)
		}
	}
	return text
}

// explainPart says in sentences what a part is and what to do about it.
func explainPart(part memory.Part) string {
	text := format.Capitalize(part.About) + "."
	if part.Advice != "" {
		text += " " + format.Capitalize(part.Advice) + "."
	}
	return text
}

// memoryParts divides the memory of a reading; total is its resident part.
func memoryParts(st session.State, r memory.Reading) (parts []memory.Part, total float64) {
	live, _ := st.Newest(st.Heap)
	parts = memory.Breakdown(r, uint64(live))
	for _, part := range parts {
		if part.Resident {
			total += float64(part.Bytes)
		}
	}
	return parts, total
}

// noFiguresText is shown after a restart.
const noFiguresText = "There are no figures for this process yet; those of the previous one are not shown."

const noMemoryText = "This service does not report its memory. It would with expvar (import _ \"expvar\" serves it at /debug/vars), or with Prometheus metrics at /metrics. The heap profile alone shows the live heap, not the rest."

// noMemory says why there are no readings.
func noMemory(st session.State) string {
	if st.Replay != nil {
		what := "recording has"
		switch {
		case st.Replay.IsFiles:
			what = "files have"
		case st.Replay.IsStore:
			what = "store has"
		}
		return "The " + what + " no memory readings: they come from /debug/vars, /metrics or the kernel, and only while a service is watched. The heap profile alone shows the live heap, not the rest."
	}
	return noMemoryText
}

// memorySums returns the line of totals: RSS, the Go runtime's share, the limit.
func memorySums(f profile.Facts, r memory.Reading) string {
	var s []string
	add := func(name string, v uint64) {
		if v > 0 {
			s = append(s, name+" "+format.Bytes(v))
		}
	}
	add("container", r.WorkingSet)
	add("resident", r.RSS)
	if r.RSS == 0 {
		add("peak resident", r.MaxRSS)
	}
	add("Go has", r.Sys-min(r.Sys, r.HeapReleased))
	if f.Limit > 0 {
		s = append(s, "limit "+format.Bytes(f.Limit)+" ("+f.LimitFrom+")")
	}
	if f.GoMemory > 0 {
		s = append(s, "GOMEMLIMIT "+format.Bytes(f.GoMemory))
	}
	if f.CPU > 0 {
		s = append(s, "CPU "+format.Percent(f.CPU)+" of a core")
	}
	return strings.Join(s, "  "+theme.SymbolDot+"  ")
}

// kernelSums returns the parts of the resident memory as the kernel reports them; empty
// if unknown.
func kernelSums(r memory.Reading) string {
	if r.Anon == 0 {
		return ""
	}
	s := []string{"resident is " + format.Bytes(r.Anon) + " anonymous", format.Bytes(r.File) + " of files"}
	if r.Shared > 0 {
		s = append(s, format.Bytes(r.Shared)+" shared")
	}
	if r.Swap > 0 {
		s = append(s, format.Bytes(r.Swap)+" more swapped out")
	}
	return strings.Join(s, " "+theme.SymbolDot+" ")
}

// isNarrow reports whether there is no room to explain the parts next to their
// sizes; they are then explained below.
func (p *Pane) isNarrow() bool { return p.room.W < 90 }

// drawPart draws the lines of one part: its size, what it is, what to do about it.
func (p *Pane) drawPart(part memory.Part, bar chart.Part, total float64) []string {
	t := p.vc.Theme
	pct := ""
	if part.Resident && total > 0 {
		pct = format.Percent(float64(part.Bytes) / total)
	}
	head := fmt.Sprintf(" %s %-24s %10s %6s  ", chart.Swatch(t, bar), part.Name, format.Bytes(part.Bytes), pct)
	indent := strings.Repeat(" ", 47)
	if p.isNarrow() {
		return []string{head}
	}
	lines := format.WrapIndented(part.About, p.room.W-1, indent)
	out := []string{head + strings.TrimPrefix(lines[0], indent)}
	out = append(out, lines[1:]...)
	if part.Advice != "" && p.room.H > 3*8 {
		for _, l := range format.WrapIndented(part.Advice, p.room.W-1, indent) {
			out = append(out, t.Render(theme.Dim, l))
		}
	}
	return out
}

// View implements [tui.Page].
func (p *Pane) View() string {
	lines := make([]string, p.room.H)
	for i := range lines {
		if p.top+i < len(p.text) {
			lines[i] = format.Pad(p.text[p.top+i], p.room.W)
		} else {
			lines[i] = format.Pad("", p.room.W)
		}
	}
	return strings.Join(lines, "\n")
}

// Open returns the page of the live heap, the part of the memory that profiles show.
func (p *Pane) Open() tui.Page { return functions.NewLiveHeap(p.vc) }

// Hints implements [tui.Page].
func (p *Pane) Hints() []key.Binding {
	k := p.vc.Keys
	hints := []key.Binding{tui.Bind("enter", "live heap", "enter")}
	if len(p.text) > p.room.H {
		hints = append(hints, tui.ScrollHint)
	}
	return append(hints, k.Collect, k.Wider, k.Export)
}

// Help implements [tui.Page].
func (p *Pane) Help() []string {
	return []string{
		"What the process's memory consists of. The bar is what the system counts as resident, compared with the limit if one is known; the list explains each part.",
		"In the chart above, the dotted line (of + without Unicode) is the Go runtime's share of the memory.",
		"A leak in Go grows the live heap: enter shows the functions that hold it. If another part grows instead, no Go function is to blame: the list says what to do.",
		"With --prometheus, the chart of days shows this process and the earlier ones, each up to its restart or rollout; the dotted line is anonymous memory, which only the process can release. The queries are at the end of the page.",
	}
}

// Position implements [tui.Page].
func (p *Pane) Position() string { return tui.LinesShown(p.top, p.room.H, len(p.text)) }

// SetTheme implements [tui.Themed].
func (p *Pane) SetTheme(theme.Theme) { p.drawText() }
