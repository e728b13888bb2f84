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

// functionPage shows one function, with its stacks, callers, callees and lines.
type functionPage struct {
	vc    *tui.ViewContext
	of    tui.Subject
	fn    *profile.Function
	parts []list.Table
	part  int
	room  tui.Rect
}

// functionParts are the parts of a function's page.
var functionParts = []struct {
	name, empty string
	by          profile.Grouping
}{
	{"Stacks", "No stack goes through it at the moment.", profile.ByStack},
	{"Callers", "Nothing calls it: it is where goroutines begin.", profile.ByCaller},
	{"Callees", "It calls nothing that allocates or waits.", profile.ByCallee},
	{"Lines", "No line is known.", profile.ByLine},
}

// NewFunctionPage returns the page of a function, nil if fn is nil.
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

func (p *functionPage) newPart(name, empty string, by profile.Grouping) list.Table {
	of, fn := p.of, p.fn
	selection := func(q tui.ViewContext) profile.Selection {
		q = of.Apply(q)
		return q.Selection(by, fn)
	}
	if by == profile.ByStack {
		build := StackRows(fn)
		return list.New(p.vc, list.Spec[*StackRow]{
			Name: name, Empty: empty, Sort: "holds", Profile: selection,
			Columns: []list.Column[*StackRow]{
				stackColumn(), list.HoldsColumn[*StackRow](), list.ShareColumn[*StackRow](), list.GrowthColumn[*StackRow](), list.SparkColumn[*StackRow](),
			},
			Rows: func(q tui.ViewContext) []*StackRow { return build(of.Apply(q)) },
			Open: func(r *StackRow) tui.Page { return NewStackPage(p.vc, of, r.Stack, r.Numbers) },
		})
	}
	title, build := strings.ToUpper(strings.TrimSuffix(name, "s")), functionRows(by, fn)
	open := func(r *functionRow) tui.Page { return NewFunctionPage(p.vc, of, r.fn) }
	if by == profile.ByLine {
		open = func(r *functionRow) tui.Page {
			return newLinesPage(p.vc, of, profile.Frame{Func: fn, Line: r.line})
		}
	}
	return list.New(p.vc, list.Spec[*functionRow]{
		Name: name, Empty: empty, Sort: "cum", Profile: selection, Open: open,
		Columns: []list.Column[*functionRow]{
			list.NameColumn[*functionRow](title, ""), list.FlatColumn[*functionRow](), list.CumColumn[*functionRow](),
			list.GrowthColumn[*functionRow](), list.SparkColumn[*functionRow](),
		},
		Rows: func(q tui.ViewContext) []*functionRow { return build(of.Apply(q)) },
	})
}

// Columns returns the columns of the part on screen.
func (p *functionPage) Columns() []table.Column { return p.parts[p.part].Columns() }

// HideColumns applies the user's choice of columns.
func (p *functionPage) HideColumns() {
	for _, l := range p.parts {
		l.HideColumns()
	}
}

// SortBy sorts the parts that have a column; it returns false if none has it.
func (p *functionPage) SortBy(id string) bool {
	found := false
	for _, l := range p.parts {
		found = l.SortBy(id) || found
	}
	return found
}

// Subject implements [tui.HasSubject].
func (p *functionPage) Subject() tui.Subject { return p.of }

// Title implements [tui.Page].
func (p *functionPage) Title() string { return profile.ShortName(p.fn.Name) }

// Resize implements [tui.Page].
func (p *functionPage) Resize(r tui.Rect) {
	p.room = r
	for _, l := range p.parts {
		l.Resize(tui.Rect{X: r.X, Y: r.Y + 2, W: r.W, H: max(0, r.H-2)})
	}
}

// Shows implements [tui.HasShownSettings].
func (p *functionPage) Shows() tui.Settings { return p.parts[p.part].Shows() }

// Refresh implements [tui.Page].
func (p *functionPage) Refresh(force bool) tea.Cmd { return p.parts[p.part].Refresh(force) }

// Update implements [tui.Page].
func (p *functionPage) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if key.Matches(msg, p.vc.Keys.NextPart) {
			n := len(p.parts)
			p.part = (p.part + n + tui.Sideways(msg)) % n
			return p.Refresh(true)
		}
	}
	var cmds []tea.Cmd
	for i, part := range p.parts {
		if _, ok := msg.(tea.KeyPressMsg); ok && i != p.part {
			continue
		}
		if _, ok := msg.(tea.MouseMsg); ok && i != p.part {
			continue
		}
		cmds = append(cmds, part.Update(msg)) // rows identify their list by its number
	}
	return tea.Batch(cmds...)
}

// sourcePosition returns the position of the function in the source.
func (p *functionPage) sourcePosition() string {
	if p.fn.StartLine == 0 {
		return p.fn.File
	}
	return p.fn.File + ":" + strconv.Itoa(p.fn.StartLine)
}

// View implements [tui.Page].
func (p *functionPage) View() string {
	t := p.vc.Theme
	head := t.Render(theme.Dim, " "+p.fn.Class.String()+", declared in "+format.FitLeft(p.sourcePosition(), max(0, p.room.W-34)))
	names := make([]string, len(functionParts))
	for i, part := range functionParts {
		names[i] = part.name
	}
	return format.Pad(head, p.room.W) + "\n" + format.Pad(tui.TabLine(t, names, p.part, 3), p.room.W) + "\n" + p.parts[p.part].View()
}

// OnCursor implements [tui.HasCursor].
func (p *functionPage) OnCursor(x, y int) bool { return p.parts[p.part].OnCursor(x, y) }

// SelectedRow returns the row under the cursor, else the function itself.
func (p *functionPage) SelectedRow() (tui.Row, bool) {
	if h, ok := p.parts[p.part].(tui.HasRow); ok {
		if r, ok := h.SelectedRow(); ok {
			r.Kind = p.of.Kind
			return r, true
		}
	}
	return tui.Row{Name: p.fn.Name, Kind: p.of.Kind, Blame: p.fn, At: profile.Frame{Func: p.fn, Line: p.fn.StartLine}}, true
}

// Open implements [tui.Page].
func (p *functionPage) Open() tui.Page { return p.parts[p.part].Open() }

// Hints implements [tui.Page].
func (p *functionPage) Hints() []key.Binding {
	k := p.vc.Keys
	return []key.Binding{k.Back, k.Open, k.NextPart, k.Filter, k.Baseline}
}

// Help implements [tui.Page].
func (p *functionPage) Help() []string {
	return append([]string{
		"One function: the stacks it is on, the functions that call it, those it calls, and its own lines. ← and → switch between them; enter opens the row.",
	}, p.parts[p.part].Help()...)
}

// Position implements [tui.Page].
func (p *functionPage) Position() string { return p.parts[p.part].Position() }

// Filter implements [tui.Filterable].
func (p *functionPage) Filter() string { return p.parts[p.part].Filter() }

// SetFilter implements [tui.Filterable].
func (p *functionPage) SetFilter(text string) tea.Cmd { return p.parts[p.part].SetFilter(text) }

// Next implements [tui.Filterable].
func (p *functionPage) Next(forward bool) bool { return p.parts[p.part].Next(forward) }

// SetTheme implements [tui.Themed].
func (p *functionPage) SetTheme(t theme.Theme) {
	for _, l := range p.parts {
		l.SetTheme(t)
	}
}
