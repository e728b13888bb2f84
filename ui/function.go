package ui

import (
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// functionPage is a step down: one function, with the stacks it is on, what
// calls it, what it calls, and its lines.
type functionPage struct {
	sh    *shared
	of    subject
	fn    *profile.Function
	parts []*list
	part  int
	room  rect
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

func newFunctionPage(sh *shared, of subject, fn *profile.Function) page {
	if fn == nil {
		return nil
	}
	p := &functionPage{sh: sh, of: of, fn: fn}
	for _, part := range functionParts {
		p.parts = append(p.parts, p.newPart(part.name, part.empty, part.by))
	}
	return p
}

func (p *functionPage) newPart(name, empty string, by profile.Grouping) *list {
	var l *list
	switch by {
	case profile.ByStack:
		cols := []column{stackColumn("STACK, leaf first", ""), holdsColumn, shareColumn, growthColumn, sparkColumn}
		l = newList(p.sh, name, empty, cols, p.with(stackRows(p.fn)), func(e *entry) page { return newStackPage(p.sh, p.of, e.stack, *e) })
		l.table.SetSort("holds", true)
	case profile.ByLine:
		cols := []column{nameColumn("LINE", ""), flatColumn, cumColumn, growthColumn, sparkColumn}
		l = newList(p.sh, name, empty, cols, p.with(functionRows(by, p.fn)), func(e *entry) page {
			return newLinesPage(p.sh, p.of, profile.Frame{Func: p.fn, Line: e.line}, false)
		})
		l.table.SetSort("cum", true)
	default:
		cols := []column{nameColumn(strings.ToUpper(strings.TrimSuffix(name, "s")), ""), flatColumn, cumColumn, growthColumn, sparkColumn}
		l = newList(p.sh, name, empty, cols, p.with(functionRows(by, p.fn)), func(e *entry) page {
			return newFunctionPage(p.sh, p.of, e.fn)
		})
		l.table.SetSort("cum", true)
	}
	of, fn := p.of, p.fn
	l.source = func(q shared) profile.Selection {
		q = of.of(q)
		return q.selection(by, fn)
	}
	return l
}

// with makes rows of the page's subject, whatever the panes show meanwhile.
func (p *functionPage) with(build func(shared) []entry) func(shared) []entry {
	of := p.of
	return func(q shared) []entry { return build(of.of(q)) }
}

func (p *functionPage) subject() subject { return p.of }

func (p *functionPage) title() string { return profile.ShortName(p.fn.Name) }

func (p *functionPage) resize(r rect) {
	p.room = r
	for _, l := range p.parts {
		l.resize(rect{r.x, r.y + 2, r.w, max(0, r.h-2)})
	}
}

func (p *functionPage) shows() settings { return p.parts[p.part].shows() }

func (p *functionPage) refresh(force bool) tea.Cmd { return p.parts[p.part].refresh(force) }

func (p *functionPage) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case rowsMsg:
		var cmds []tea.Cmd
		for _, l := range p.parts {
			cmds = append(cmds, l.update(msg))
		}
		return tea.Batch(cmds...)
	case tea.KeyPressMsg:
		if key.Matches(msg, p.sh.keys.NextPart) {
			n := len(p.parts)
			p.part = (p.part + n + sideways(msg)) % n
			return p.refresh(true)
		}
	}
	return p.parts[p.part].update(msg)
}

// where is the place of the function in the source.
func (p *functionPage) where() string {
	if p.fn.StartLine == 0 {
		return p.fn.File
	}
	return p.fn.File + ":" + strconv.Itoa(p.fn.StartLine)
}

func (p *functionPage) view() string {
	t := p.sh.theme
	head := t.Render(theme.Dim, " "+p.fn.Class.String()+"  "+format.FitLeft(p.where(), max(0, p.room.w-20)))
	names := make([]string, len(functionParts))
	for i, part := range functionParts {
		names[i] = part.name
	}
	return pad(head, p.room.w) + "\n" + pad(tabLine(t, names, p.part, 3), p.room.w) + "\n" + p.parts[p.part].view()
}

func (p *functionPage) onCursor(x, y int) bool { return p.parts[p.part].onCursor(x, y) }

func (p *functionPage) open() page { return p.parts[p.part].open() }

func (p *functionPage) hints() []key.Binding {
	k := p.sh.keys
	return []key.Binding{k.Back, k.Open, k.NextPart, k.Filter, k.Baseline}
}

func (p *functionPage) help() []string {
	return append([]string{
		"One function: the stacks it is on, the functions that call it, those it calls, and its own lines. ← and → go from one to the next; enter goes on from the row.",
	}, p.parts[p.part].help()...)
}

func (p *functionPage) place() string { return p.parts[p.part].place() }

func (p *functionPage) filter() string                { return p.parts[p.part].filter() }
func (p *functionPage) setFilter(text string) tea.Cmd { return p.parts[p.part].setFilter(text) }
func (p *functionPage) next(forward bool) bool        { return p.parts[p.part].next(forward) }
