package functions

import (
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// stackPage is the last step down: one stack, a frame a line.
type stackPage struct {
	*list.List
	of    tui.Subject
	stack *profile.Stack
	row   list.Entry // of the stack, as the one that led here
	began bool       // the cursor was put on the frame to blame
	room  tui.Rect
}

// rowOfMsg brings the newest row of a stack page's stack.
type rowOfMsg struct {
	id  int64
	row list.Entry
}

func NewStackPage(vc *tui.ViewContext, of tui.Subject, s *profile.Stack, row list.Entry) tui.Page {
	if s == nil {
		return nil
	}
	cols := []list.Column{
		{
			Column:  table.Column{ID: "name", Title: "FUNCTION, leaf first", Width: 20, Grow: 2, Search: true, Fit: format.FitFunc},
			Cell:    func(e *list.Entry) table.Cell { return table.Cell{Text: e.Name, Tone: classTone(e.Fn.Class)} },
			Compare: func(a, b *list.Entry) int { return 0 },
			About:   "The service's own functions stand out; the runtime, the standard library and dependencies are dim.",
		},
		{
			Column:  table.Column{ID: "at", Title: "AT", Width: 40, Grow: 1, Fit: format.FitFunc},
			Cell:    func(e *list.Entry) table.Cell { return table.Text(e.Note) },
			Compare: func(a, b *list.Entry) int { return 0 },
			About:   "AT is the line of the source.",
		},
		{
			Column:  table.Column{ID: "class", Title: "WHOSE", Width: 17, Drop: 1},
			Cell:    func(e *list.Entry) table.Cell { return table.Cell{Text: e.Fn.Class.String(), Tone: theme.Dim} },
			Compare: func(a, b *list.Entry) int { return 0 },
		},
	}
	p := &stackPage{of: of, stack: s, row: row}
	p.List = list.New(vc, "stack", "The stack has no frames.", cols, func(tui.ViewContext) []list.Entry { return frameRows(s) }, func(e *list.Entry) tui.Page {
		return newLinesPage(vc, of, profile.Frame{Func: e.Fn, Line: e.Line}, true)
	})
	p.Source = func(q tui.ViewContext) profile.Selection { return list.Chosen(of.Apply(q)) }
	return p
}

func classTone(c profile.Class) theme.Tone {
	if c == profile.ClassUser {
		return theme.Accent
	}
	return theme.Dim
}

func frameRows(s *profile.Stack) []list.Entry {
	out := make([]list.Entry, len(s.Frames))
	for i, f := range s.Frames {
		note := f.Func.File
		if f.Line > 0 {
			note += ":" + strconv.Itoa(f.Line)
		}
		out[i] = list.Entry{Key: strconv.Itoa(i), Name: f.Func.Name, Fn: f.Func, Line: f.Line, Note: note}
	}
	return out
}

func (p *stackPage) Title() string {
	if f := p.stack.Blame; f != nil {
		return "stack in " + profile.ShortName(f.Name)
	}
	return "stack"
}

func (p *stackPage) Resize(r tui.Rect) {
	p.room = r
	n := len(p.head())
	p.List.Resize(tui.Rect{X: r.X, Y: r.Y + n, W: r.W, H: max(0, r.H-n)})
}

// head is what stands above the frames: what the stack holds, and what was found
// out on a key about its goroutines.
func (p *stackPage) head() []string {
	lines := format.WrapIndented(p.holds(), p.room.W-1, " ")
	if k, ok := p.VC.State.Known[p.stack]; ok && p.row.Unit == "goroutines" {
		notes := k.Notes()
		if k.Leaked {
			notes = append(notes, "proven by the runtime to be blocked for ever")
		}
		if text := k.Cohort.Text(); text != "" {
			notes = append(notes, text)
		}
		for _, n := range notes {
			lines = append(lines, format.WrapIndented(n, p.room.W-1, " ")...)
		}
	}
	return lines[:min(len(lines), 1+p.room.H/2)]
}

// holds says what the stack holds, as the row did that led here.
func (p *stackPage) holds() string {
	e := p.row
	text := format.Value(e.Cum, e.Unit)
	switch {
	case e.Level():
		text += "  " + list.GrowthText(&e)
	case len(e.Spark) > 1:
		text += "  " + format.PerHour(e.Growth, e.Unit)
	}
	if e.Look.Text != "" {
		text += "  " + e.Look.Text
	}
	if w := WaitsAs(p.stack, p.VC.State.Known[p.stack]); w != "" && e.Unit == "goroutines" {
		text += "  waiting: " + w
	}
	return text
}

func (p *stackPage) View() string {
	head := p.head()
	for i, l := range head {
		head[i] = format.Pad(format.Fit(l, p.room.W), p.room.W)
	}
	return strings.Join(head, "\n") + "\n" + p.List.View()
}

func (p *stackPage) Hints() []key.Binding {
	k := p.VC.Keys
	return []key.Binding{k.Back, k.Open, k.Filter}
}

func (p *stackPage) Help() []string {
	return append([]string{"One stack, the innermost call first. enter on a frame goes on with its source, and from there with the function."}, p.List.Help()...)
}

func (p *stackPage) Subject() tui.Subject { return p.of }

// Refresh makes the frames once, as they do not change, and the numbers anew.
func (p *stackPage) Refresh(force bool) tea.Cmd {
	p.Resize(p.room) // more may be known about them
	if p.Loaded && !force {
		return p.count()
	}
	return tea.Batch(p.count(), p.List.Refresh(force))
}

// count finds what the stack holds now.
func (p *stackPage) count() tea.Cmd {
	if len(p.stack.Frames) == 0 {
		return nil
	}
	id, stack, q := p.Id, p.stack, p.of.Apply(*p.VC)
	return func() tea.Msg {
		for _, e := range StackRows(stack.Frames[0].Func)(q) {
			if e.Stack == stack {
				return rowOfMsg{id, e}
			}
		}
		return rowOfMsg{id, list.Entry{Stack: stack}}
	}
}

func (p *stackPage) Update(msg tea.Msg) tea.Cmd {
	if row, ok := msg.(rowOfMsg); ok {
		if row.id == p.Id {
			if row.row.Unit == "" { // it holds nothing any more
				row.row.Unit = p.row.Unit
			}
			p.row = row.row
			p.Resize(p.room) // it may take another line to say
		}
		return nil
	}
	cmd := p.List.Update(msg)
	if rows, ok := msg.(list.RowsMsg); ok && rows.Id == p.Id && !p.began {
		p.began = true
		for i, f := range p.stack.Frames {
			if f.Func == p.stack.Blame {
				p.Table.Select(strconv.Itoa(i))
				break
			}
		}
	}
	return cmd
}
