package processes

import (
	"fmt"
	"strings"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// detailLines is the height of the detail of the selected process, including the
// separator.
const detailLines = 5

// detailHeight returns the height of the detail on a page of h lines; 0 without room.
func detailHeight(h int) int {
	if h < 3*detailLines {
		return 0
	}
	return detailLines
}

// Resize implements [tui.Page]: the detail has the last lines.
func (p *page) Resize(r tui.Rect) {
	p.room = r
	r.H -= detailHeight(r.H)
	p.List.Resize(r)
}

// View draws the table and the detail.
func (p *page) View() string {
	table := p.List.View()
	if p.Context().Processes == nil {
		table = " " + p.Context().Theme.Render(theme.Dim, "Looking for Go processes"+theme.SymbolMore)
	}
	h := detailHeight(p.room.H)
	lines := tui.Fill(strings.Split(table, "\n"), p.room.W, p.room.H-h)
	if h > 0 {
		lines = append(lines, tui.Fill(p.drawDetail(), p.room.W, h)...)
	}
	return strings.Join(lines, "\n")
}

// drawDetail draws what is known about the selected process.
func (p *page) drawDetail() []string {
	t, w := p.Context().Theme, p.room.W
	r, ok := p.Selected()
	if !ok {
		return nil
	}
	lines := []string{t.Render(theme.Dim, strings.Repeat("─", w))}
	lines = append(lines, " "+t.Render(theme.Title, r.Process.Name)+format.Fit(t.Render(theme.Dim, "  "+programText(r.Process)), max(0, w-2-format.Width(r.Process.Name))))
	lines = append(lines, " "+format.Fit(memoryText(r.Process), w-1))
	text, tone := adviceOf(r.Process)
	for _, l := range tui.MessageLines(t, tone, text, w, 2) {
		lines = append(lines, format.Fit(l, w))
	}
	return lines
}

// programText returns what runs, and as whom.
func programText(p process.Process) string {
	parts := []string{p.Program.Module}
	if p.Program.Version != "" {
		parts[0] += "@" + p.Program.Version
	}
	parts = append(parts, p.Program.GoVersion)
	if p.User != "" {
		parts = append(parts, "user "+p.User)
	}
	parts = append(parts, fmt.Sprintf("parent %d", p.Parent))
	return strings.Join(parts, " "+theme.SymbolDot+" ")
}

// memoryText returns the figures of a process.
func memoryText(p process.Process) string {
	parts := []string{format.Bytes(p.Memory.Anon) + " anonymous", format.Bytes(p.Memory.File) + " of files"}
	if p.Memory.Shared > 0 {
		parts = append(parts, format.Bytes(p.Memory.Shared)+" shared")
	}
	if p.Memory.Swap > 0 {
		parts = append(parts, format.Bytes(p.Memory.Swap)+" swapped out")
	}
	if p.Cgroup.Limit > 0 {
		limit := "limit " + format.Bytes(p.Cgroup.Limit)
		if p.Cgroup.WorkingSet > 0 {
			limit += " (" + format.Bytes(p.Cgroup.WorkingSet) + " used by its group)"
		}
		parts = append(parts, limit)
	}
	parts = append(parts, format.Count(p.Threads)+" threads")
	if !p.FilesHidden {
		parts = append(parts, format.Count(p.Files)+" files open")
	}
	return strings.Join(parts, " "+theme.SymbolDot+" ")
}

// adviceOf says how a process is watched, or why it is not.
func adviceOf(p process.Process) (string, theme.Tone) {
	if l, ok := p.Pprof(); ok {
		return "watched at " + l.Target() + ": enter opens it, as leaktop " + p.Target() + " does", theme.Good
	}
	e := source.ExplainNoPprof(p)
	return format.Capitalize(e.Why) + "; " + e.Next, theme.Dim
}
