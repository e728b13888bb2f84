package pods

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// switchTimeout is the timeout of listing pods, and of connecting to one.
const switchTimeout = 20 * time.Second

// Page lists the pods that the target may refer to. Enter switches to another.
type Page struct {
	vc     *tui.ViewContext
	source source.PodChooser
	table  table.Model
	pods   pods
	done   func(p tui.Page, name string, err error) tea.Cmd
	busy   bool // a request is pending
	// later sends a message after a time; nil if the list does not follow the cluster.
	later func(time.Duration, tea.Msg) tea.Cmd
}

// podsMsg carries the current pods.
type podsMsg struct {
	page *Page
	pods pods
	err  error
}

// chosenMsg reports the outcome of a choice.
type chosenMsg struct {
	page *Page
	name string // empty if the watched pod was chosen
	err  error
}

// Apply is called whichever page is on screen.
func (m chosenMsg) Apply() tea.Cmd {
	m.page.busy = false
	return m.page.done(m.page, m.name, m.err)
}

// New returns the page of the pods that a source chooses from. done is called with
// the name of the chosen pod, empty if it is the one already watched. later sends a
// message after a time, nil for a list that does not follow the cluster.
func New(vc *tui.ViewContext, c source.PodChooser, done func(p tui.Page, name string, err error) tea.Cmd, later func(time.Duration, tea.Msg) tea.Cmd) *Page {
	p := &Page{vc: vc, source: c, done: done, table: newTable(vc.Theme), later: later}
	p.table.SetEmpty("Asking the cluster for pods" + theme.SymbolMore)
	return p
}

// Reload requests the pods, unless a request is pending.
func (p *Page) Reload() tea.Cmd {
	if p.busy {
		return nil
	}
	p.busy = true
	src := p.source
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), switchTimeout)
		defer cancel()
		all, err := src.Choices(ctx)
		return podsMsg{p, pods{list: all, now: time.Now(), chosen: src.Current()}, err}
	}
}

// Choose switches to the pod under the cursor.
func (p *Page) Choose() tea.Cmd {
	row, ok := p.table.Selected()
	if !ok || p.busy {
		return nil
	}
	c, src := p.pods.list[row], p.source
	p.busy = true
	return func() tea.Msg {
		if placeOf(c) == src.Current() {
			return chosenMsg{page: p}
		}
		ctx, cancel := context.WithTimeout(context.Background(), switchTimeout)
		defer cancel()
		return chosenMsg{p, c.Name, src.Choose(ctx, c)}
	}
}

// ChooseAll shows all pods side by side, if there are several.
func (p *Page) ChooseAll() tea.Cmd {
	if p.pods.Len() < 2 {
		return nil
	}
	return p.done(p, "", ErrAll)
}

// Update implements [tui.Page].
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case podsMsg:
		if msg.page == p {
			return p.setPods(msg)
		}
		return nil
	case measurePageMsg:
		if msg.page == p {
			return p.Reload()
		}
		return nil
	default:
		var cmd tea.Cmd
		p.table, cmd = p.table.Update(msg)
		return cmd
	}
}

// measurePageMsg is sent when the pods of a page are to be listed again.
type measurePageMsg struct{ page *Page }

// setPods shows the pods, and lists them again after a while. A page that was closed gets
// no more messages.
func (p *Page) setPods(msg podsMsg) tea.Cmd {
	p.busy = false
	if msg.err != nil {
		p.table.SetEmpty(tui.Explain(msg.err))
		p.table.SetRows(pods{})
		return p.reloadLater()
	}
	first := p.pods.Len() == 0
	p.pods = msg.pods.follow(p.pods)
	p.table.Hide(p.pods.hiddenColumns()...)
	p.table.SetEmpty("There are no pods.")
	p.table.SetRows(p.pods)
	if first {
		p.table.Select(p.pods.chosen)
	}
	return p.reloadLater()
}

func (p *Page) reloadLater() tea.Cmd {
	if p.later == nil {
		return nil
	}
	return p.later(measureEvery, measurePageMsg{p})
}

// Title implements [tui.Page].
func (p *Page) Title() string { return "Pods" }

// Resize implements [tui.Page].
func (p *Page) Resize(r tui.Rect) {
	p.table.SetOrigin(r.X, r.Y)
	p.table.SetSize(r.W, r.H)
}

// Refresh implements [tui.Page].
func (p *Page) Refresh(bool) tea.Cmd { return nil }

// View implements [tui.Page].
func (p *Page) View() string { return p.table.View() }

// Open implements [tui.Page].
func (p *Page) Open() tui.Page { return nil }

// Hints implements [tui.Page].
func (p *Page) Hints() []key.Binding {
	return []key.Binding{tui.Bind("enter", "watch this one", "enter"), tui.Bind("a", "all side by side", "a"), tui.Bind("s", "sort", "s"), p.vc.Keys.Back}
}

// Help implements [tui.Page].
func (p *Page) Help() []string {
	return append([]string{"enter switches to another pod. Values are not compared across the switch, and the earlier history is kept. a shows all pods side by side from then on. The list follows the cluster."}, podHelp...)
}

// Position implements [tui.Page].
func (p *Page) Position() string { return p.table.Position() }

// SetTheme implements [tui.Themed].
func (p *Page) SetTheme(t theme.Theme) { p.table.SetTheme(t) }
