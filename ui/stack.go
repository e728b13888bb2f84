package ui

import (
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
)

// stackPage is the last step down: one stack, a frame a line.
type stackPage struct {
	*list
	stack *profile.Stack
	of    entry // the row that led here
	room  rect
}

func newStackPage(sh *shared, s *profile.Stack, of entry) page {
	if s == nil {
		return nil
	}
	cols := []column{
		{
			Column:  table.Column{ID: "name", Title: "FUNCTION, leaf first", Width: 20, Grow: 2, Search: true, Fit: format.FitFunc},
			cell:    func(e *entry) table.Cell { return table.Cell{Text: e.name, Tone: classTone(e.fn.Class)} },
			compare: func(a, b *entry) int { return 0 },
			about:   "The service's own functions stand out; the runtime, the standard library and dependencies are dim.",
		},
		{
			Column:  table.Column{ID: "at", Title: "AT", Width: 24, Grow: 1, Fit: format.FitLeft},
			cell:    func(e *entry) table.Cell { return table.Text(e.note) },
			compare: func(a, b *entry) int { return 0 },
			about:   "AT is the line of the source.",
		},
		{
			Column:  table.Column{ID: "class", Title: "WHOSE", Width: 17, Drop: 1},
			cell:    func(e *entry) table.Cell { return table.Cell{Text: e.fn.Class.String(), Tone: theme.Dim} },
			compare: func(a, b *entry) int { return 0 },
		},
	}
	p := &stackPage{stack: s, of: of}
	p.list = newList(sh, "stack", "The stack has no frames.", cols, func(query) []entry { return frameRows(s) }, func(e *entry) page {
		at := profile.Frame{Func: e.fn, Line: e.line}
		if of.unit == "goroutines" {
			return newLinesPage(sh, profile.Goroutine, "goroutine", at, true)
		}
		return newLinesPage(sh, sh.kind, sh.sample, at, true)
	})
	p.source = chosen
	if of.unit == "goroutines" {
		p.source = func(q query) profile.Selection { return chosen(goroutineQuery(q)) }
	}
	return p
}

func classTone(c profile.Class) theme.Tone {
	if c == profile.ClassUser {
		return theme.Accent
	}
	return theme.Dim
}

func frameRows(s *profile.Stack) []entry {
	out := make([]entry, len(s.Frames))
	for i, f := range s.Frames {
		note := f.Func.File
		if f.Line > 0 {
			note += ":" + strconv.Itoa(f.Line)
		}
		out[i] = entry{key: strconv.Itoa(i), name: f.Func.Name, fn: f.Func, line: f.Line, note: note}
	}
	return out
}

func (p *stackPage) title() string {
	if f := p.stack.Blame; f != nil {
		return "stack in " + shortName(f.Name)
	}
	return "stack"
}

func (p *stackPage) resize(r rect) {
	p.room = r
	p.list.resize(rect{r.x, r.y + 1, r.w, max(0, r.h-1)})
}

// holds says what the stack holds, as the row did that led here.
func (p *stackPage) holds() string {
	e := p.of
	text := format.Value(e.cum, e.unit)
	if len(e.spark) > 1 {
		text += "  " + format.PerHour(e.growth, plainUnit(e.unit))
	}
	if e.look.Text != "" {
		text += "  " + e.look.Text
	}
	if w := waits(p.stack); w != "" && e.unit == "goroutines" {
		text += "  waiting: " + w
	}
	return text
}

func (p *stackPage) view() string {
	return pad(format.Fit(" "+p.holds(), p.room.w), p.room.w) + "\n" + p.list.view()
}

func (p *stackPage) hints() []key.Binding {
	k := p.sh.keys
	return []key.Binding{k.Back, k.Open, k.Filter}
}

func (p *stackPage) help() []string {
	return append([]string{"One stack, the innermost call first. enter on a frame goes on with its source, and from there with the function."}, p.list.help()...)
}

// refresh makes the frames once: they do not change.
func (p *stackPage) refresh(force bool) tea.Cmd {
	if p.loaded && !force {
		return nil
	}
	return p.list.refresh(force)
}
