package ui

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
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
)

// linesPage is the end of the way down: the source of a function with what each
// of its lines holds, as "go tool pprof -list" has it. Where the file is not on
// this machine, it is the lines that hold something, and where the file was
// looked for.
type linesPage struct {
	*list
	of      subject
	at      profile.Frame
	room    rect
	file    atomic.Pointer[listing] // read once, by the command that makes the rows
	pointed bool                    // the cursor was put on the frame's line
}

// newLinesPage makes the page of a frame. further says that enter goes on with
// the function.
func newLinesPage(sh *shared, of subject, at profile.Frame, further bool) page {
	if at.Func == nil {
		return nil
	}
	p := &linesPage{at: at, of: of}
	var into func(e *entry) page
	if further {
		into = func(*entry) page { return newFunctionPage(sh, of, at.Func) }
	}
	p.list = newList(sh, "source", "No line of it holds anything now.", p.columns(), func(q shared) []entry { return p.rows(of.of(q)) }, into)
	p.source = func(q shared) profile.Selection { q = of.of(q); return q.selection(profile.ByLine, at.Func) }
	return p
}

func (p *linesPage) subject() subject { return p.of }

func (p *linesPage) columns() []column {
	value := func(c column, of func(e *entry) string) column {
		c.Sort = table.SortNone
		if c.ID == growthColumn.ID {
			c.Drop = 3 // before lines are cut: the row that led here has it
		}
		c.cell = func(e *entry) table.Cell { return table.Cell{Text: of(e), Tone: p.tone(e)} }
		return c
	}
	return []column{
		value(flatColumn, func(e *entry) string { return valueOrDot(e.flat, e) }),
		value(cumColumn, func(e *entry) string { return valueOrDot(e.cum, e) }),
		value(growthColumn, func(e *entry) string {
			if e.growth == 0 {
				return ""
			}
			return growthCell(e).Text
		}),
		{
			Column: table.Column{ID: "line", Title: "LINE", Width: 7, Align: table.Right},
			cell: func(e *entry) table.Cell {
				if e.line == p.at.Line {
					return table.Cell{Text: "→ " + strconv.Itoa(e.line), Tone: theme.Accent}
				}
				return table.Cell{Text: strconv.Itoa(e.line), Tone: theme.Dim}
			},
			compare: func(a, b *entry) int { return 0 },
			about:   "LINE is that of the file; → is where the frame is that led here.",
		},
		{
			Column:  table.Column{ID: "source", Title: "SOURCE", Width: 50, Grow: 1, Search: true},
			cell:    func(e *entry) table.Cell { return table.Cell{Text: e.name, Tone: p.tone(e)} },
			compare: func(a, b *entry) int { return 0 },
		},
	}
}

// tone makes the lines that hold something stand out, the frame's most.
func (p *linesPage) tone(e *entry) theme.Tone {
	if e.line == p.at.Line {
		return theme.Accent
	}
	return theme.Plain
}

// valueOrDot writes a value as pprof's list does: a point for nothing.
func valueOrDot(v int64, e *entry) string {
	if v == 0 {
		return "."
	}
	return format.Value(v, e.unit)
}

// rows makes a row of each line of the file, or of each that holds something
// where there is no file. It runs in a command.
func (p *linesPage) rows(q shared) []entry {
	file := p.file.Load()
	if file == nil {
		dir, _ := os.Getwd()
		version := q.state.Facts.GoVersion
		file = newDesk(os.Getenv, dir, version).list(p.at.Func, p.at.Line, version)
		p.file.Store(file)
	}
	t, ok := q.history.Rows(q.selection(profile.ByLine, p.at.Func))
	if !ok && len(file.lines) == 0 {
		return nil
	}
	held := map[int]entry{}
	for _, r := range t.Rows {
		held[r.Line] = rowEntry(r, t)
	}
	if len(file.lines) == 0 {
		return bareLines(t.Rows, held)
	}
	out := make([]entry, len(file.lines))
	for i, text := range file.lines {
		e := held[i+1]
		e.unit, e.line, e.key, e.name, e.fn = t.Type.Unit, i+1, strconv.Itoa(i+1), text, p.at.Func
		out[i] = e
	}
	return out
}

// bareLines is the rows where there is no source to show.
func bareLines(rows []profile.Row, held map[int]entry) []entry {
	out := make([]entry, len(rows))
	for i, r := range rows {
		e := held[r.Line]
		e.line, e.key, e.fn = r.Line, strconv.Itoa(r.Line), r.Func
		e.name = frameAt(profile.Frame{Func: r.Func, Line: r.Line})
		out[i] = e
	}
	return out
}

func (p *linesPage) title() string {
	if s := frameAt(p.at); s != "" {
		return s
	}
	return profile.ShortName(p.at.Func.Name)
}

func (p *linesPage) resize(r rect) {
	p.room = r
	n := len(p.head())
	p.list.resize(rect{r.x, r.y + n, r.w, max(0, r.h-n)})
}

func (p *linesPage) update(msg tea.Msg) tea.Cmd {
	cmd := p.list.update(msg)
	if rows, ok := msg.(rowsMsg); ok && rows.id == p.id {
		p.resize(p.room) // what stands above is known now
		if !p.pointed && len(rows.rows) > 0 {
			p.pointed = true
			p.point()
		}
	}
	return cmd
}

// point puts the cursor on the frame's line, with others above and below it.
func (p *linesPage) point() {
	if !p.table.Select(strconv.Itoa(p.at.Line)) {
		return
	}
	at := p.table.Cursor()
	p.table.MoveTo(at + (p.room.h-len(p.head()))/2)
	p.table.MoveTo(at)
}

// next goes to the next hit of the filter, else to the next line that holds
// something.
func (p *linesPage) next(forward bool) bool {
	if rows, ok := p.table.Rows().(entries); ok && p.match == nil {
		p.table.Next(forward, func(row int) bool { return rows.rows[row].cum != 0 })
		return true
	}
	return p.list.next(forward)
}

// head is what stands above the lines: whose they are, and which file it is or
// where it was looked for.
func (p *linesPage) head() []string {
	t, w := p.sh.theme, p.room.w
	out := []string{" " + t.Render(theme.Accent, format.FitFunc(p.at.Func.Name, w-20)) + "  " + t.Render(theme.Dim, p.at.Func.Class.String())}
	file := p.file.Load()
	switch {
	case file == nil:
	case file.path != "":
		out = append(out, " "+t.Render(theme.Dim, format.FitLeft(format.Clean(file.path), w-2)))
		if file.doubt != "" {
			for _, l := range wrap(file.doubt, w-1, " ") {
				out = append(out, t.Render(theme.Warn, l))
			}
		}
	default:
		out = append(out, wrap(file.missing(p.at.Func), w-1, " ")...)
	}
	return out[:min(len(out), max(1, p.room.h/2))]
}

// missing says where the source was looked for.
func (l *listing) missing(f *profile.Function) string {
	switch {
	case f.File == "":
		return "The profile does not say which file it is from."
	case len(l.looked) == 0:
		return "There is no Go source of it: the profile says " + format.Clean(f.File) + "."
	}
	shown := l.looked[:min(3, len(l.looked))]
	return "The source is not on this machine: looked for " + format.Clean(strings.Join(shown, ", ")) + "."
}

func (p *linesPage) view() string {
	head := p.head()
	for i, l := range head {
		head[i] = pad(l, p.room.w)
	}
	return strings.Join(head, "\n") + "\n" + p.list.view()
}

func (p *linesPage) hints() []key.Binding {
	k := p.sh.keys
	next := k.NextHit
	next.SetHelp("n", "next line that holds")
	return []key.Binding{k.Back, next, k.Filter, k.Baseline}
}

func (p *linesPage) help() []string {
	return append([]string{
		"The source of a function with what its lines hold, as go tool pprof -list has it. n and N go to the lines that hold something; enter goes on with the function.",
		"The file is looked for where the profile says, in this machine's Go installation and module cache, and in the module that leaktop was started in.",
	}, p.list.help()...)
}

func (p *linesPage) document() func(*export.Document) {
	add, at, file := p.list.document(), p.at, p.file.Load()
	return func(d *export.Document) {
		text := at.Func.Name
		if file != nil && file.path != "" {
			text += ", " + file.path
		}
		d.Text = append(d.Text, export.Paragraph{Head: "function", Text: text})
		add(d)
	}
}
