package ui

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
)

// switchTime bounds how long the cluster is asked for pods, and how long one of
// them is looked at.
const switchTime = 20 * time.Second

// switchPage lists the pods that the target means; enter goes on with another.
type switchPage struct {
	sh     *shared
	source source.Chooser
	table  table.Model
	pods   pods
	busy   bool // something was asked and has not come
}

// podsMsg brings the pods as they are.
type podsMsg struct {
	page *switchPage
	pods pods
	err  error
}

// chosenMsg says how a choice ended.
type chosenMsg struct {
	page *switchPage
	name string
	err  error
}

// newSwitchPage makes the page of the pods that a source chooses among.
func newSwitchPage(sh *shared, c source.Chooser) *switchPage {
	p := &switchPage{sh: sh, source: c, table: newPodTable(sh.theme)}
	p.table.SetEmpty("Asking the cluster for pods" + theme.SymbolMore)
	return p
}

// finished notes that what was chosen is watched, or could not be.
func (p *switchPage) finished() { p.busy = false }

// openPods lists the pods to choose another one from.
func (m *Model) openPods(tea.KeyPressMsg) tea.Cmd {
	c, ok := m.watch.Source.(source.Chooser)
	if !ok {
		m.say(false, "This target is one process: there is no other to choose. Pods of a deployment are chosen here.")
		return nil
	}
	if p, ok := m.page().(*switchPage); ok {
		return p.ask()
	}
	p := newSwitchPage(m.sh, c)
	m.path = append(m.path, p)
	return tea.Batch(m.show(), p.ask())
}

// ask asks the cluster for the pods, once at a time.
func (p *switchPage) ask() tea.Cmd {
	if p.busy {
		return nil
	}
	p.busy = true
	src := p.source
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), switchTime)
		defer cancel()
		all, err := src.Choices(ctx)
		return podsMsg{p, pods{all, time.Now(), src.Chosen()}, err}
	}
}

// choose goes on with the pod under the cursor.
func (p *switchPage) choose() tea.Cmd {
	row, ok := p.table.Selected()
	if !ok || p.busy {
		return nil
	}
	c, src := p.pods.list[row], p.source
	p.busy = true
	return func() tea.Msg {
		if place(c) == src.Chosen() {
			return chosenMsg{page: p}
		}
		ctx, cancel := context.WithTimeout(context.Background(), switchTime)
		defer cancel()
		return chosenMsg{p, c.Name, src.Choose(ctx, c)}
	}
}

// switched leaves the list after a choice; one that failed changes nothing.
func (m *Model) switched(msg chosenMsg) tea.Cmd {
	msg.page.finished()
	if msg.err != nil {
		m.say(true, sentenceCase(explain(msg.err))+"; the watch goes on as before")
		return nil
	}
	if m.page() == page(msg.page) {
		m.path = nil // what was opened is of the pod before
	}
	if msg.name != "" {
		m.say(false, "Watching "+msg.name+" now. Nothing is compared across the switch; what was known before stays.")
	}
	return m.show()
}

func (p *switchPage) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case podsMsg:
		if msg.page == p {
			p.take(msg)
		}
		return nil
	default:
		var cmd tea.Cmd
		p.table, cmd = p.table.Update(msg)
		return cmd
	}
}

func (p *switchPage) take(msg podsMsg) {
	p.busy = false
	if msg.err != nil {
		p.table.SetEmpty(explain(msg.err))
		p.table.SetRows(pods{})
		return
	}
	first := p.pods.Len() == 0
	p.pods = msg.pods
	p.table.SetEmpty("There are no pods.")
	p.table.SetRows(p.pods)
	if first {
		p.table.Select(p.pods.chosen)
	}
}

func (p *switchPage) title() string { return "Pods" }

func (p *switchPage) resize(r rect) {
	p.table.SetOrigin(r.x, r.y)
	p.table.SetSize(r.w, r.h)
}

func (p *switchPage) refresh(bool) tea.Cmd { return nil }

func (p *switchPage) view() string { return p.table.View() }

func (p *switchPage) open() page { return nil }

func (p *switchPage) hints() []key.Binding {
	return []key.Binding{bind("enter", "watch this one", "enter"), p.sh.keys.Pods, bind("s", "sort", "s"), p.sh.keys.Back}
}

func (p *switchPage) help() []string {
	return append([]string{"enter goes on with another pod. Nothing is compared across the switch, and what was known before stays readable. o lists the pods as they are now."}, podHelp...)
}

func (p *switchPage) place() string { return p.table.Position() }

func (p *switchPage) setTheme(t theme.Theme) { p.table.SetTheme(t) }
