package functions

import (
	"os"
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

// linesPage is the end of the way down: the source of a function with what each
// of its lines holds, as "go tool pprof -list" has it. Where the file is not on
// this machine, it is the lines that hold something, and where the file was
// looked for.
type linesPage struct {
	*list.List
	of      tui.Subject
	at      profile.Frame
	room    tui.Rect
	file    atomic.Pointer[listing.Listing] // read once, by the command that makes the rows
	pointed bool                            // the cursor was put on the frame's line
}

// newLinesPage makes the page of a frame. further says that enter goes on with
// the function.
func newLinesPage(vc *tui.ViewContext, of tui.Subject, at profile.Frame, further bool) tui.Page {
	if at.Func == nil {
		return nil
	}
	p := &linesPage{at: at, of: of}
	var into func(e *list.Entry) tui.Page
	if further {
		into = func(*list.Entry) tui.Page { return NewFunctionPage(vc, of, at.Func) }
	}
	p.List = list.New(vc, "source", "No line of it holds anything now.", p.columns(), func(q tui.ViewContext) []list.Entry { return p.rows(of.Apply(q)) }, into)
	p.Source = func(q tui.ViewContext) profile.Selection {
		q = of.Apply(q)
		return q.Selection(profile.ByLine, at.Func)
	}
	return p
}

func (p *linesPage) Subject() tui.Subject { return p.of }

func (p *linesPage) columns() []list.Column {
	value := func(c list.Column, of func(e *list.Entry) string) list.Column {
		c.Sort = table.SortNone
		if c.ID == list.GrowthColumn.ID {
			c.Drop = 3 // before lines are cut: the row that led here has it
		}
		c.Cell = func(e *list.Entry) table.Cell { return table.Cell{Text: of(e), Tone: p.tone(e)} }
		return c
	}
	return []list.Column{
		value(list.FlatColumn, func(e *list.Entry) string { return valueOrDot(e.Flat, e) }),
		value(list.CumColumn, func(e *list.Entry) string { return valueOrDot(e.Cum, e) }),
		value(list.GrowthColumn, func(e *list.Entry) string {
			if e.Growth == 0 {
				return ""
			}
			return list.GrowthCell(e).Text
		}),
		{
			Column: table.Column{ID: "line", Title: "LINE", Width: 7, Align: table.Right},
			Cell: func(e *list.Entry) table.Cell {
				if e.Line == p.at.Line {
					return table.Cell{Text: "→ " + strconv.Itoa(e.Line), Tone: theme.Accent}
				}
				return table.Cell{Text: strconv.Itoa(e.Line), Tone: theme.Dim}
			},
			Compare: func(a, b *list.Entry) int { return 0 },
			About:   "LINE is that of the file; → is where the frame is that led here.",
		},
		{
			Column:  table.Column{ID: "source", Title: "SOURCE", Width: 50, Grow: 1, Search: true},
			Cell:    func(e *list.Entry) table.Cell { return table.Cell{Text: e.Name, Tone: p.tone(e)} },
			Compare: func(a, b *list.Entry) int { return 0 },
		},
	}
}

// tone makes the lines that hold something stand out, the frame's most.
func (p *linesPage) tone(e *list.Entry) theme.Tone {
	if e.Line == p.at.Line {
		return theme.Accent
	}
	return theme.Plain
}

// valueOrDot writes a value as pprof's list does: a point for nothing.
func valueOrDot(v int64, e *list.Entry) string {
	if v == 0 {
		return "."
	}
	return format.Value(v, e.Unit)
}

// rows makes a row of each line of the file, or of each that holds something
// where there is no file. It runs in a command.
func (p *linesPage) rows(q tui.ViewContext) []list.Entry {
	file := p.file.Load()
	if file == nil {
		dir, _ := os.Getwd()
		version := q.State.Facts.GoVersion
		file = listing.NewFinder(os.Getenv, dir, version).List(p.at.Func, p.at.Line, version)
		p.file.Store(file)
	}
	t, ok := q.History.Rows(q.Selection(profile.ByLine, p.at.Func))
	if !ok && len(file.Lines) == 0 {
		return nil
	}
	held := map[int]list.Entry{}
	for _, r := range t.Rows {
		held[r.Line] = rowEntry(r, t)
	}
	if len(file.Lines) == 0 {
		return bareLines(t.Rows, held)
	}
	out := make([]list.Entry, len(file.Lines))
	for i, text := range file.Lines {
		e := held[i+1]
		e.Unit, e.Line, e.Key, e.Name, e.Fn = t.Type.Unit, i+1, strconv.Itoa(i+1), text, p.at.Func
		out[i] = e
	}
	return out
}

// bareLines is the rows where there is no source to show.
func bareLines(rows []profile.Row, held map[int]list.Entry) []list.Entry {
	out := make([]list.Entry, len(rows))
	for i, r := range rows {
		e := held[r.Line]
		e.Line, e.Key, e.Fn = r.Line, strconv.Itoa(r.Line), r.Func
		e.Name = list.FrameAt(profile.Frame{Func: r.Func, Line: r.Line})
		out[i] = e
	}
	return out
}

func (p *linesPage) Title() string {
	if s := list.FrameAt(p.at); s != "" {
		return s
	}
	return profile.ShortName(p.at.Func.Name)
}

func (p *linesPage) Resize(r tui.Rect) {
	p.room = r
	n := len(p.head())
	p.List.Resize(tui.Rect{X: r.X, Y: r.Y + n, W: r.W, H: max(0, r.H-n)})
}

func (p *linesPage) Update(msg tea.Msg) tea.Cmd {
	cmd := p.List.Update(msg)
	if rows, ok := msg.(list.RowsMsg); ok && rows.Id == p.Id {
		p.Resize(p.room) // what stands above is known now
		if !p.pointed && len(rows.Rows) > 0 {
			p.pointed = true
			p.point()
		}
	}
	return cmd
}

// point puts the cursor on the frame's line, with others above and below it.
func (p *linesPage) point() {
	if !p.Table.Select(strconv.Itoa(p.at.Line)) {
		return
	}
	at := p.Table.Cursor()
	p.Table.MoveTo(at + (p.room.H-len(p.head()))/2)
	p.Table.MoveTo(at)
}

// Next goes to the next hit of the filter, else to the next line that holds
// something.
func (p *linesPage) Next(forward bool) bool {
	if rows, ok := p.Table.Rows().(list.Rows); ok && p.Match == nil {
		p.Table.Next(forward, func(row int) bool { return rows.Rows[row].Cum != 0 })
		return true
	}
	return p.List.Next(forward)
}

// head is what stands above the lines: whose they are, and which file it is or
// where it was looked for.
func (p *linesPage) head() []string {
	t, w := p.VC.Theme, p.room.W
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

func (p *linesPage) View() string {
	head := p.head()
	for i, l := range head {
		head[i] = format.Pad(l, p.room.W)
	}
	return strings.Join(head, "\n") + "\n" + p.List.View()
}

func (p *linesPage) Hints() []key.Binding {
	k := p.VC.Keys
	next := k.NextHit
	next.SetHelp("n", "next line that holds")
	return []key.Binding{k.Back, next, k.Filter, k.Baseline}
}

func (p *linesPage) Help() []string {
	return append([]string{
		"The source of a function with what its lines hold, as go tool pprof -list has it. n and N go to the lines that hold something; enter goes on with the function.",
		"The file is looked for where the profile says, in this machine's Go installation and module cache, and in the module that leaktop was started in.",
	}, p.List.Help()...)
}

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
