package ui

import (
	"strconv"
	"strings"

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
	of    subject
	stack *profile.Stack
	row   entry // of the stack, as the one that led here
	began bool  // the cursor was put on the frame to blame
	room  rect
}

// rowOfMsg brings the newest row of a stack page's stack.
type rowOfMsg struct {
	id  int64
	row entry
}

func newStackPage(sh *shared, of subject, s *profile.Stack, row entry) page {
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
			Column:  table.Column{ID: "at", Title: "AT", Width: 40, Grow: 1, Fit: format.FitFunc},
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
	p := &stackPage{of: of, stack: s, row: row}
	p.list = newList(sh, "stack", "The stack has no frames.", cols, func(shared) []entry { return frameRows(s) }, func(e *entry) page {
		return newLinesPage(sh, of, profile.Frame{Func: e.fn, Line: e.line}, true)
	})
	p.source = func(q shared) profile.Selection { return chosen(of.of(q)) }
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
		return "stack in " + profile.ShortName(f.Name)
	}
	return "stack"
}

func (p *stackPage) resize(r rect) {
	p.room = r
	n := len(p.head())
	p.list.resize(rect{r.x, r.y + n, r.w, max(0, r.h-n)})
}

// head is what stands above the frames: what the stack holds, and what was found
// out on a key about its goroutines.
func (p *stackPage) head() []string {
	lines := wrap(p.holds(), p.room.w-1, " ")
	if k, ok := p.sh.state.Known[p.stack]; ok && p.row.unit == "goroutines" {
		notes := k.Notes()
		if k.Leaked {
			notes = append(notes, "proven by the runtime to be blocked for ever")
		}
		if text := k.Cohort.Text(); text != "" {
			notes = append(notes, text)
		}
		for _, n := range notes {
			lines = append(lines, wrap(n, p.room.w-1, " ")...)
		}
	}
	return lines[:min(len(lines), 1+p.room.h/2)]
}

// holds says what the stack holds, as the row did that led here.
func (p *stackPage) holds() string {
	e := p.row
	text := format.Value(e.cum, e.unit)
	switch {
	case e.level():
		text += "  " + growthText(&e)
	case len(e.spark) > 1:
		text += "  " + format.PerHour(e.growth, e.unit)
	}
	if e.look.Text != "" {
		text += "  " + e.look.Text
	}
	if w := waitsAs(p.stack, p.sh.state.Known[p.stack]); w != "" && e.unit == "goroutines" {
		text += "  waiting: " + w
	}
	return text
}

func (p *stackPage) view() string {
	head := p.head()
	for i, l := range head {
		head[i] = pad(format.Fit(l, p.room.w), p.room.w)
	}
	return strings.Join(head, "\n") + "\n" + p.list.view()
}

func (p *stackPage) hints() []key.Binding {
	k := p.sh.keys
	return []key.Binding{k.Back, k.Open, k.Filter}
}

func (p *stackPage) help() []string {
	return append([]string{"One stack, the innermost call first. enter on a frame goes on with its source, and from there with the function."}, p.list.help()...)
}

func (p *stackPage) subject() subject { return p.of }

// refresh makes the frames once, as they do not change, and the numbers anew.
func (p *stackPage) refresh(force bool) tea.Cmd {
	p.resize(p.room) // more may be known about them
	if p.loaded && !force {
		return p.count()
	}
	return tea.Batch(p.count(), p.list.refresh(force))
}

// count finds what the stack holds now.
func (p *stackPage) count() tea.Cmd {
	if len(p.stack.Frames) == 0 {
		return nil
	}
	id, stack, q := p.id, p.stack, p.of.of(*p.sh)
	return func() tea.Msg {
		for _, e := range stackRows(stack.Frames[0].Func)(q) {
			if e.stack == stack {
				return rowOfMsg{id, e}
			}
		}
		return rowOfMsg{id, entry{stack: stack}}
	}
}

func (p *stackPage) update(msg tea.Msg) tea.Cmd {
	if row, ok := msg.(rowOfMsg); ok {
		if row.id == p.id {
			if row.row.unit == "" { // it holds nothing any more
				row.row.unit = p.row.unit
			}
			p.row = row.row
			p.resize(p.room) // it may take another line to say
		}
		return nil
	}
	cmd := p.list.update(msg)
	if rows, ok := msg.(rowsMsg); ok && rows.id == p.id && !p.began {
		p.began = true
		for i, f := range p.stack.Frames {
			if f.Func == p.stack.Blame {
				p.table.Select(strconv.Itoa(i))
				break
			}
		}
	}
	return cmd
}
