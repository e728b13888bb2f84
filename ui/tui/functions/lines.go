package functions

import (
	"strconv"
	"strings"
	"sync/atomic"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/listing"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// linesPage is the deepest page: the source of a function with the values of each line,
// like "go tool pprof -list". If the file is not on this machine, it shows the lines
// with values, and where it searched for the file.
type linesPage struct {
	*list.List[*lineRow]
	vc      *tui.ViewContext
	of      tui.Subject
	at      profile.Frame
	room    tui.Rect
	file    atomic.Pointer[listing.Listing] // read once, by the command that makes the rows
	pointed bool                            // the cursor has been put on the frame's line
}

// lineRow is a source line with its values.
type lineRow struct {
	list.Label // its name is its text
	list.Numbers
	fn   *profile.Function
	line int
}

// Describe describes the row by its function.
func (r *lineRow) Describe() tui.Row {
	return tui.Row{Name: r.fn.Name, Evaluation: r.Evaluation, Blame: r.fn, At: profile.Frame{Func: r.fn, Line: r.line}}
}

// AddStacks adds the stacks with the function.
func (r *lineRow) AddStacks(s *list.StackSet) { s.AddFunction(r.fn) }

// newLinesPage returns the page of a frame, the deepest one.
func newLinesPage(vc *tui.ViewContext, of tui.Subject, at profile.Frame) tui.Page {
	if at.Func == nil {
		return nil
	}
	p := &linesPage{vc: vc, at: at, of: of}
	spec := list.Spec[*lineRow]{
		Name: "source", Empty: "No line holds anything at the moment.", Columns: p.lineColumns(),
		Rows: func(q tui.ViewContext) []*lineRow { return p.makeRows(of.Apply(q)) },
		Profile: func(q tui.ViewContext) profile.Selection {
			q = of.Apply(q)
			return q.Selection(profile.ByLine, at.Func)
		},
	}
	p.List = list.New(vc, spec)
	return p
}

// Subject returns the profile that the values are of.
func (p *linesPage) Subject() tui.Subject { return p.of }

func (p *linesPage) lineColumns() []list.Column[*lineRow] {
	value := func(c list.Column[*lineRow], text func(r *lineRow) string) list.Column[*lineRow] {
		c.Sort = table.SortNone
		c.Cell = func(r *lineRow) table.Cell { return table.Cell{Text: text(r), Tone: p.lineTone(r)} }
		return c
	}
	growth := value(list.GrowthColumn[*lineRow](), func(r *lineRow) string {
		if r.Growth == 0 {
			return ""
		}
		return r.GrowthText()
	})
	growth.DropOrder = 3 // before lines are cut: the row that led here shows it
	return []list.Column[*lineRow]{
		value(list.FlatColumn[*lineRow](), func(r *lineRow) string { return r.valueOrDot(r.Flat) }),
		value(list.CumColumn[*lineRow](), func(r *lineRow) string { return r.valueOrDot(r.Cum) }),
		growth,
		{
			Column: table.Column{ID: "line", Title: "LINE", Width: 7, Align: table.Right},
			Cell: func(r *lineRow) table.Cell {
				if r.line == p.at.Line {
					return table.Cell{Text: "→ " + strconv.Itoa(r.line), Tone: theme.Accent}
				}
				return table.Cell{Text: strconv.Itoa(r.line), Tone: theme.Dim}
			},
			Help: "LINE is its number in the file; → marks the frame that led here.",
		},
		{
			Column: table.Column{ID: "source", Title: "SOURCE", Width: 50, Grow: 1, Search: true},
			Cell:   func(r *lineRow) table.Cell { return table.Cell{Text: r.Name, Tone: p.lineTone(r)} },
		},
	}
}

// lineTone highlights the frame's line.
func (p *linesPage) lineTone(r *lineRow) theme.Tone {
	if r.line == p.at.Line {
		return theme.Accent
	}
	return theme.Plain
}

// valueOrDot formats a value as pprof's list does: a dot for 0.
func (r *lineRow) valueOrDot(v int64) string {
	if v == 0 {
		return "."
	}
	return r.Format(v)
}

// makeRows makes a row for each line of the file, or for each line with a value if the
// file was not found. It runs in a command.
func (p *linesPage) makeRows(q tui.ViewContext) []*lineRow {
	file := p.file.Load()
	if file == nil {
		file = q.ReadSource(p.at.Func, p.at.Line, q.State.Facts.GoVersion)
		p.file.Store(file)
	}
	t, ok := q.History.Rows(q.Selection(profile.ByLine, p.at.Func))
	if !ok && len(file.Lines) == 0 {
		return nil
	}
	if len(file.Lines) == 0 {
		return bareRows(t, p.lineNumbers(q, t))
	}
	held := map[int]list.Numbers{}
	for i, n := range p.lineNumbers(q, t) {
		held[t.Rows[i].Line] = n
	}
	out := make([]lineRow, len(file.Lines))
	for i, text := range file.Lines {
		out[i] = lineRow{list.Label{Key: strconv.Itoa(i + 1), Name: text}, held[i+1], p.at.Func, i + 1}
		out[i].Unit = t.Type.Unit
	}
	return list.Pointers(out)
}

// lineNumbers returns the values of the lines of t.
func (p *linesPage) lineNumbers(q tui.ViewContext, t profile.Table) []list.Numbers {
	out := make([]list.Numbers, len(t.Rows))
	for i, r := range t.Rows {
		out[i] = numbersOf(q, r, t)
	}
	b := tui.BlameFunctions(q.Kind, q.State)[p.at.Func]
	addRates(q, len(out), func(i int) (*list.Numbers, tui.Blame) { return &out[i], b })
	return out
}

// bareRows returns rows of the lines with values, without source.
func bareRows(t profile.Table, held []list.Numbers) []*lineRow {
	out := make([]lineRow, len(t.Rows))
	for i, r := range t.Rows {
		name := list.FrameAt(profile.Frame{Func: r.Func, Line: r.Line})
		out[i] = lineRow{list.Label{Key: strconv.Itoa(r.Line), Name: name}, held[i], r.Func, r.Line}
	}
	return list.Pointers(out)
}

// Title implements [tui.Page].
func (p *linesPage) Title() string {
	if s := list.FrameAt(p.at); s != "" {
		return s
	}
	return profile.ShortName(p.at.Func.Name)
}

// Resize implements [tui.Page].
func (p *linesPage) Resize(r tui.Rect) {
	p.room = r
	n := len(p.drawHead())
	p.List.Resize(tui.Rect{X: r.X, Y: r.Y + n, W: r.W, H: max(0, r.H-n)})
}

// Update puts the cursor on the frame's line once there are rows.
func (p *linesPage) Update(msg tea.Msg) tea.Cmd {
	cmd := p.List.Update(msg)
	if p.HasRows(msg) {
		p.Resize(p.room) // the height of the head is known now
		if !p.pointed && len(p.Rows()) > 0 {
			p.pointed = true
			p.Select(strconv.Itoa(p.at.Line), (p.room.H-len(p.drawHead()))/2) // in the middle of the page
		}
	}
	return cmd
}

// Next moves to the next match of the filter, else to the next line with a value.
func (p *linesPage) Next(forward bool) bool {
	if p.IsFiltered() {
		return p.List.Next(forward)
	}
	return p.NextWhere(forward, func(r *lineRow) bool { return r.Cum != 0 })
}

// drawHead draws the heading: the function, and its file or where leaktop searched for
// it.
func (p *linesPage) drawHead() []string {
	t, w := p.vc.Theme, p.room.W
	out := []string{" " + t.Render(theme.Accent, format.FitFunc(p.at.Func.Name, w-20)) + "  " + t.Render(theme.Dim, p.at.Func.Class.String())}
	file := p.file.Load()
	switch {
	case file == nil:
	case file.Path != "":
		out = append(out, " "+t.Render(theme.Dim, format.FitLeft(format.Clean(file.Path), w-2)))
		if file.Doubt != "" {
			for _, l := range format.WrapIndented(file.Doubt, w-1, " ") {
				out = append(out, t.Render(theme.Warn, l))
			}
		}
	default:
		out = append(out, format.WrapIndented(file.Missing(p.at.Func), w-1, " ")...)
	}
	return out[:min(len(out), max(1, p.room.H/2))]
}

// View implements [tui.Page].
func (p *linesPage) View() string {
	head := p.drawHead()
	for i, l := range head {
		head[i] = format.Pad(l, p.room.W)
	}
	return strings.Join(head, "\n") + "\n" + p.List.View()
}

// Hints implements [tui.Page].
func (p *linesPage) Hints() []key.Binding {
	k := p.vc.Keys
	next := k.NextHit
	next.SetHelp("n", "next line with a value")
	return []key.Binding{k.Back, next, k.CopyName, k.Editor, k.Filter}
}

// Instead says what can be done on the deepest page.
func (p *linesPage) Instead() string {
	return "This is the deepest page: c copies file:line, o opens it in $EDITOR, esc goes back."
}

// Help implements [tui.Page].
func (p *linesPage) Help() []string {
	return append([]string{
		"The source of a function with what its lines hold, like go tool pprof -list. n and N go to the lines that hold something; c copies file:line, o opens it in $EDITOR.",
		"leaktop looks for the file where the profile says it is, in this machine's Go installation and module cache, and in the module that leaktop was started in.",
	}, p.List.Help()...)
}

// Document implements [tui.Exporter].
func (p *linesPage) Document() func(*export.Document) {
	add, at, file := p.List.Document(), p.at, p.file.Load()
	return func(d *export.Document) {
		text := at.Func.Name
		if file != nil && file.Path != "" {
			text += ", " + file.Path
		}
		d.Text = append(d.Text, export.Paragraph{Head: "function", Text: text})
		add(d)
	}
}
