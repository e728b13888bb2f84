package functions

import (
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// functionPage is a step down: one function, with the stacks it is on, what
// calls it, what it calls, and its lines.
type functionPage struct {
	vc    *tui.ViewContext
	of    tui.Subject
	fn    *profile.Function
	parts []*list.List
	part  int
	room  tui.Rect
}

// functionParts is the table of what a function's page is made of.
var functionParts = []struct {
	name, empty string
	by          profile.Grouping
}{
	{"Stacks", "No stack goes through it now.", profile.ByStack},
	{"Callers", "Nothing calls it: it is where goroutines begin.", profile.ByCaller},
	{"Callees", "It calls nothing that allocates or waits.", profile.ByCallee},
	{"Lines", "No line is known.", profile.ByLine},
}

func NewFunctionPage(vc *tui.ViewContext, of tui.Subject, fn *profile.Function) tui.Page {
	if fn == nil {
		return nil
	}
	p := &functionPage{vc: vc, of: of, fn: fn}
	for _, part := range functionParts {
		p.parts = append(p.parts, p.newPart(part.name, part.empty, part.by))
	}
	return p
}

func (p *functionPage) newPart(name, empty string, by profile.Grouping) *list.List {
	var l *list.List
	switch by {
	case profile.ByStack:
		cols := []list.Column{list.StackColumn("STACK, leaf first", ""), list.HoldsColumn, list.ShareColumn, list.GrowthColumn, list.SparkColumn}
		l = list.New(p.vc, name, empty, cols, p.with(StackRows(p.fn)), func(e *list.Entry) tui.Page { return NewStackPage(p.vc, p.of, e.Stack, *e) })
		l.Table.SetSort("holds", true)
	case profile.ByLine:
		cols := []list.Column{list.NameColumn("LINE", ""), list.FlatColumn, list.CumColumn, list.GrowthColumn, list.SparkColumn}
		l = list.New(p.vc, name, empty, cols, p.with(functionRows(by, p.fn)), func(e *list.Entry) tui.Page {
			return newLinesPage(p.vc, p.of, profile.Frame{Func: p.fn, Line: e.Line}, false)
		})
		l.Table.SetSort("cum", true)
	default:
		cols := []list.Column{list.NameColumn(strings.ToUpper(strings.TrimSuffix(name, "s")), ""), list.FlatColumn, list.CumColumn, list.GrowthColumn, list.SparkColumn}
		l = list.New(p.vc, name, empty, cols, p.with(functionRows(by, p.fn)), func(e *list.Entry) tui.Page {
			return NewFunctionPage(p.vc, p.of, e.Fn)
		})
		l.Table.SetSort("cum", true)
	}
	of, fn := p.of, p.fn
	l.Source = func(q tui.ViewContext) profile.Selection {
		q = of.Apply(q)
		return q.Selection(by, fn)
	}
	return l
}

// with makes rows of the page's subject, whatever the panes show meanwhile.
func (p *functionPage) with(build func(tui.ViewContext) []list.Entry) func(tui.ViewContext) []list.Entry {
	of := p.of
	return func(q tui.ViewContext) []list.Entry { return build(of.Apply(q)) }
}

func (p *functionPage) Subject() tui.Subject { return p.of }

func (p *functionPage) Title() string { return profile.ShortName(p.fn.Name) }

func (p *functionPage) Resize(r tui.Rect) {
	p.room = r
	for _, l := range p.parts {
		l.Resize(tui.Rect{X: r.X, Y: r.Y + 2, W: r.W, H: max(0, r.H-2)})
	}
}

func (p *functionPage) Shows() tui.Settings { return p.parts[p.part].Shows() }

func (p *functionPage) Refresh(force bool) tea.Cmd { return p.parts[p.part].Refresh(force) }

func (p *functionPage) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case list.RowsMsg:
		var cmds []tea.Cmd
		for _, l := range p.parts {
			cmds = append(cmds, l.Update(msg))
		}
		return tea.Batch(cmds...)
	case tea.KeyPressMsg:
		if key.Matches(msg, p.vc.Keys.NextPart) {
			n := len(p.parts)
			p.part = (p.part + n + tui.Sideways(msg)) % n
			return p.Refresh(true)
		}
	}
	return p.parts[p.part].Update(msg)
}

// where is the place of the function in the source.
func (p *functionPage) where() string {
	if p.fn.StartLine == 0 {
		return p.fn.File
	}
	return p.fn.File + ":" + strconv.Itoa(p.fn.StartLine)
}

func (p *functionPage) View() string {
	t := p.vc.Theme
	head := t.Render(theme.Dim, " "+p.fn.Class.String()+"  "+format.FitLeft(p.where(), max(0, p.room.W-20)))
	names := make([]string, len(functionParts))
	for i, part := range functionParts {
		names[i] = part.name
	}
	return format.Pad(head, p.room.W) + "\n" + format.Pad(tui.TabLine(t, names, p.part, 3), p.room.W) + "\n" + p.parts[p.part].View()
}

func (p *functionPage) OnCursor(x, y int) bool { return p.parts[p.part].OnCursor(x, y) }

func (p *functionPage) Open() tui.Page { return p.parts[p.part].Open() }

func (p *functionPage) Hints() []key.Binding {
	k := p.vc.Keys
	return []key.Binding{k.Back, k.Open, k.NextPart, k.Filter, k.Baseline}
}

func (p *functionPage) Help() []string {
	return append([]string{
		"One function: the stacks it is on, the functions that call it, those it calls, and its own lines. ← and → go from one to the next; enter goes on from the row.",
	}, p.parts[p.part].Help()...)
}

func (p *functionPage) Place() string { return p.parts[p.part].Place() }

func (p *functionPage) Filter() string                { return p.parts[p.part].Filter() }
func (p *functionPage) SetFilter(text string) tea.Cmd { return p.parts[p.part].SetFilter(text) }
func (p *functionPage) Next(forward bool) bool        { return p.parts[p.part].Next(forward) }

func (p *functionPage) SetTheme(t theme.Theme) {
	for _, l := range p.parts {
		l.SetTheme(t)
	}
}
