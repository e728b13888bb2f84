package functions

import (
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// stackPage shows one stack, one frame per line.
type stackPage struct {
	*list.List[*frameRow]
	vc      *tui.ViewContext
	id      int64
	of      tui.Subject
	stack   *profile.Stack
	numbers list.Numbers // of the stack, like those of the row that led here
	began   bool         // the cursor has been put on the frame to blame
	room    tui.Rect
}

// frameRow is a frame of a stack.
type frameRow struct {
	list.Label
	frame profile.Frame
	at    string // its position in the source
}

// Describe describes the row by its function.
func (r *frameRow) Describe() tui.Row { return tui.Row{Name: r.Name, Blame: r.frame.Func, At: r.frame} }

// AddStacks adds the stacks with the function.
func (r *frameRow) AddStacks(s *list.StackSet) { s.AddFunction(r.frame.Func) }

// numbersMsg carries the newest numbers of a stack page's stack.
type numbersMsg struct {
	id      int64
	numbers list.Numbers
}

// frameColumns are the columns of a stack's frames.
var frameColumns = []list.Column[*frameRow]{
	{
		Column: table.Column{ID: "name", Title: "FUNCTION, leaf first", Width: 20, Grow: 2, Search: true, Fit: format.FitFunc},
		Cell:   func(r *frameRow) table.Cell { return table.Cell{Text: r.Name, Tone: classTone(r.frame.Func.Class)} },
		Help:   "The service's own functions stand out; the runtime, the standard library and dependencies are dim.",
	},
	{
		Column: table.Column{ID: "at", Title: "AT", Width: 40, Grow: 1, Fit: format.FitFunc},
		Cell:   func(r *frameRow) table.Cell { return table.Text(r.at) },
		Help:   "AT is the source line.",
	},
	{
		Column: table.Column{ID: "class", Title: "WHOSE", Width: 17, DropOrder: 1},
		Cell: func(r *frameRow) table.Cell {
			return table.Cell{Text: r.frame.Func.Class.String(), Tone: theme.Dim}
		},
	},
}

// NewStackPage returns the page of a stack, nil if s is nil, with the numbers of
// the row that led to it.
func NewStackPage(vc *tui.ViewContext, of tui.Subject, s *profile.Stack, n list.Numbers) tui.Page {
	if s == nil {
		return nil
	}
	p := &stackPage{vc: vc, id: tui.NextID(), of: of, stack: s, numbers: n}
	p.List = list.New(vc, list.Spec[*frameRow]{
		Name: "stack", Empty: "The stack has no frames.", Columns: frameColumns,
		Rows:    func(tui.ViewContext) []*frameRow { return frameRows(s) },
		Profile: func(q tui.ViewContext) profile.Selection { return list.Chosen(of.Apply(q)) },
		Open:    func(r *frameRow) tui.Page { return newLinesPage(vc, of, r.frame) },
	})
	return p
}

func classTone(c profile.Class) theme.Tone {
	if c == profile.ClassUser {
		return theme.Accent
	}
	return theme.Dim
}

func frameRows(s *profile.Stack) []*frameRow {
	out := make([]frameRow, s.Depth())
	for i, f := range s.Frames() {
		at := f.Func.File
		if f.Line > 0 {
			at += ":" + strconv.Itoa(f.Line)
		}
		out[i] = frameRow{list.Label{Key: strconv.Itoa(i), Name: f.Func.Name}, f, at}
	}
	return list.Pointers(out)
}

// Title implements [tui.Page].
func (p *stackPage) Title() string {
	if f := p.stack.Blame; f != nil {
		return "stack in " + profile.ShortName(f.Name)
	}
	return "stack"
}

// Resize implements [tui.Page].
func (p *stackPage) Resize(r tui.Rect) {
	p.room = r
	n := len(p.drawHead())
	p.List.Resize(tui.Rect{X: r.X, Y: r.Y + n, W: r.W, H: max(0, r.H-n)})
}

// drawHead draws the lines above the frames: the values of the stack, and what requests
// of the user revealed about its goroutines.
func (p *stackPage) drawHead() []string {
	lines := format.WrapIndented(p.describeHeld(), p.room.W-1, " ")
	if k, ok := p.vc.State.Known[p.stack]; ok && p.numbers.Unit == "goroutines" {
		notes := report.ListStackFacts(k)
		if k.Leaked {
			notes = append(notes, "proven by the runtime to be blocked forever")
		}
		for _, n := range notes {
			lines = append(lines, format.WrapIndented(n, p.room.W-1, " ")...)
		}
	}
	return lines[:min(len(lines), 1+p.room.H/2)]
}

// describeHeld says what the stack holds, like the row that led here.
func (p *stackPage) describeHeld() string {
	n := &p.numbers
	text := n.Format(n.Cum)
	switch {
	case n.IsLevel():
		text += "  " + n.GrowthText()
	case len(n.Spark) > 1:
		text += "  " + format.PerHour(n.Growth, n.Unit)
	}
	if n.Evaluation.Text != "" {
		text += "  " + n.Evaluation.Text
	}
	if w := WaitsAs(p.stack, p.vc.State.Known[p.stack]); w != "" && n.Unit == "goroutines" {
		text += "  waiting: " + w
	}
	return text
}

// View implements [tui.Page].
func (p *stackPage) View() string {
	head := p.drawHead()
	for i, l := range head {
		head[i] = format.Pad(format.Fit(l, p.room.W), p.room.W)
	}
	return strings.Join(head, "\n") + "\n" + p.List.View()
}

// Hints implements [tui.Page].
func (p *stackPage) Hints() []key.Binding {
	k := p.vc.Keys
	return []key.Binding{k.Back, k.Open, k.Filter}
}

// Help implements [tui.Page].
func (p *stackPage) Help() []string {
	return append([]string{"One stack, the innermost call first. enter on a frame shows its source."}, p.List.Help()...)
}

// Subject implements [tui.HasSubject].
func (p *stackPage) Subject() tui.Subject { return p.of }

// Refresh makes the frames once, since they do not change, and updates the numbers.
func (p *stackPage) Refresh(force bool) tea.Cmd {
	p.Resize(p.room) // more may be known about its goroutines
	if p.IsLoaded() && !force {
		return p.countHeld()
	}
	return tea.Batch(p.countHeld(), p.List.Refresh(force))
}

// countHeld finds what the stack holds now.
func (p *stackPage) countHeld() tea.Cmd {
	if p.stack.Depth() == 0 {
		return nil
	}
	id, stack, q := p.id, p.stack, p.of.Apply(*p.vc)
	return func() tea.Msg {
		for _, r := range StackRows(stack.FrameAt(0).Func)(q) {
			if r.Stack == stack {
				return numbersMsg{id, r.Numbers}
			}
		}
		return numbersMsg{id: id}
	}
}

// Update implements [tui.Page].
func (p *stackPage) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(numbersMsg); ok {
		if m.id == p.id {
			if m.numbers.Unit == "" { // the stack is not in the profile any more
				m.numbers.Unit = p.numbers.Unit
			}
			p.numbers = m.numbers
			p.Resize(p.room) // the head may need another line
		}
		return nil
	}
	cmd := p.List.Update(msg)
	if p.HasRows(msg) && !p.began {
		p.began = true
		for i, f := range p.stack.Frames() {
			if f.Func == p.stack.Blame {
				p.Select(strconv.Itoa(i), 0)
				break
			}
		}
	}
	return cmd
}
