package ui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overview"
	"github.com/leaktop/leaktop/ui/tui/pods"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// action is what a key does wherever the user is.
type action struct {
	key func(tui.KeyMap) key.Binding
	do  func(*Model, tea.KeyPressMsg) tea.Cmd
}

// actions is the table of keys that work on every page.
var actions = []action{
	{func(k tui.KeyMap) key.Binding { return k.Quit }, func(*Model, tea.KeyPressMsg) tea.Cmd { return tea.Quit }},
	{func(k tui.KeyMap) key.Binding { return k.Sleep }, (*Model).suspend},
	{func(k tui.KeyMap) key.Binding { return k.Help }, (*Model).openHelp},
	{func(k tui.KeyMap) key.Binding { return k.Open }, (*Model).openRow},
	{func(k tui.KeyMap) key.Binding { return k.Back }, (*Model).back},
	{func(k tui.KeyMap) key.Binding { return k.NextPane }, (*Model).nextPane},
	{func(k tui.KeyMap) key.Binding { return k.PrevPane }, (*Model).nextPane},
	{func(k tui.KeyMap) key.Binding { return k.Pane }, (*Model).toPane},
	{func(k tui.KeyMap) key.Binding { return k.Evidence }, (*Model).evidence},
	{func(k tui.KeyMap) key.Binding { return k.Filter }, (*Model).ask},
	{func(k tui.KeyMap) key.Binding { return k.NextHit }, (*Model).hit},
	{func(k tui.KeyMap) key.Binding { return k.PrevHit }, (*Model).hit},
	{func(k tui.KeyMap) key.Binding { return k.SampleType }, (*Model).nextType},
	{func(k tui.KeyMap) key.Binding { return k.Profile }, (*Model).openMenu},
	{func(k tui.KeyMap) key.Binding { return k.Baseline }, (*Model).setBaseline},
	{func(k tui.KeyMap) key.Binding { return k.DropBaseline }, (*Model).dropBaseline},
	{func(k tui.KeyMap) key.Binding { return k.Pause }, (*Model).pause},
	{func(k tui.KeyMap) key.Binding { return k.Wider }, (*Model).resizeWindow},
	{func(k tui.KeyMap) key.Binding { return k.Narrower }, (*Model).resizeWindow},
	{func(k tui.KeyMap) key.Binding { return k.Export }, (*Model).openSave},
	{func(k tui.KeyMap) key.Binding { return k.Copy }, (*Model).copyView},
	{func(k tui.KeyMap) key.Binding { return k.Bundle }, (*Model).openBundle},
	{func(k tui.KeyMap) key.Binding { return k.HandOver }, (*Model).handOver},
	{func(k tui.KeyMap) key.Binding { return k.Collect }, (*Model).collect},
	{func(k tui.KeyMap) key.Binding { return k.Creators }, (*Model).nameCreators},
	{func(k tui.KeyMap) key.Binding { return k.Prove }, (*Model).proveLeaks},
	{func(k tui.KeyMap) key.Binding { return k.Dump }, (*Model).dumpAll},
	{func(k tui.KeyMap) key.Binding { return k.Record }, (*Model).toggleRecording},
	{func(k tui.KeyMap) key.Binding { return k.Pods }, (*Model).openPods},
}

// key finds who a key is for: an open prompt, menu or help first, then the
// table above, then the page.
func (m *Model) key(msg tea.KeyPressMsg) tea.Cmd {
	m.toast, m.vc.Unused = "", false
	m.again = m.again && key.Matches(msg, m.vc.Keys.Evidence)
	switch {
	case m.question != nil:
		return m.questionKey(msg)
	case m.asking:
		return m.promptKey(msg)
	case m.helping:
		return m.helpKey(msg)
	case m.menu != nil:
		return m.menuKey(msg)
	case m.save != nil:
		return m.saveKey(msg)
	case m.jobKey(msg):
		return nil
	}
	if m.replayKey(msg) {
		return nil
	}
	for _, a := range actions {
		if key.Matches(msg, a.key(m.vc.Keys)) {
			return a.do(m, msg)
		}
	}
	return m.page().Update(msg)
}

// suspend gives the terminal back to the shell, where there is one.
func (m *Model) suspend(tea.KeyPressMsg) tea.Cmd {
	if terminal.CanSuspend() {
		return tea.Suspend
	}
	m.say(false, "There is no shell to go back to. q quits.")
	return nil
}

func (m *Model) openRow(tea.KeyPressMsg) tea.Cmd {
	if z, ok := m.page().(tui.Zoomable); ok && z.ZoomIn() {
		return nil
	}
	if s, ok := m.page().(*pods.Page); ok {
		return s.Choose()
	}
	p := m.page().Open()
	if p == nil {
		text := "There is nothing to open here."
		if len(m.path) > 0 {
			text = "This is as deep as it goes; esc goes back."
		}
		if i, ok := m.page().(tui.HasInstead); ok {
			text = i.Instead()
		}
		m.say(false, text)
		return nil
	}
	m.path = append(m.path, p)
	return m.show()
}

// back goes up one step; on a pane it takes the filter off, zooms out, then goes back to
// the heap from another profile.
func (m *Model) back(tea.KeyPressMsg) tea.Cmd {
	if f, ok := m.page().(tui.Filterable); ok && f.Filter() != "" {
		return f.SetFilter("")
	}
	if z, ok := m.page().(tui.Zoomable); ok && z.ZoomOut() {
		return nil
	}
	if n := len(m.path); n > 0 {
		m.path = m.path[:n-1]
		return m.show()
	}
	if m.vc.Kind != profile.Heap {
		return m.choose(profile.Heap)
	}
	return nil
}

func (m *Model) goTo(i int) tea.Cmd {
	if i < 0 || i >= len(m.panes) {
		return nil
	}
	m.pane, m.path = i, nil
	return m.show()
}

func (m *Model) nextPane(msg tea.KeyPressMsg) tea.Cmd {
	d, n := 1, len(m.panes)
	if key.Matches(msg, m.vc.Keys.PrevPane) {
		d = n - 1
	}
	return m.goTo((m.pane + d) % n)
}

func (m *Model) toPane(msg tea.KeyPressMsg) tea.Cmd {
	return m.goTo(int(msg.String()[0] - '1'))
}

func (m *Model) hit(msg tea.KeyPressMsg) tea.Cmd {
	switch f, ok := m.page().(tui.Filterable); {
	case !ok:
		m.say(false, noFilter)
	case !f.Next(key.Matches(msg, m.vc.Keys.NextHit)):
		m.say(false, "Nothing is searched for: / filters, and n goes to the next hit.")
	}
	return nil
}

// nextType goes through the sample types of the chosen profile; from the
// heap's last it goes on to the goroutines.
func (m *Model) nextType(tea.KeyPressMsg) tea.Cmd {
	for i, t := range m.vc.Types {
		if t.Name != m.vc.Sample {
			continue
		}
		if i+1 < len(m.vc.Types) {
			m.vc.Sample = m.vc.Types[i+1].Name
			m.sayShown()
			return m.page().Refresh(true)
		}
	}
	switch m.vc.Kind {
	case profile.Heap:
		if s, _ := m.vc.History.Latest(profile.Goroutine); s != nil {
			return m.choose(profile.Goroutine)
		}
	case profile.Goroutine:
		return m.choose(profile.Heap)
	}
	if len(m.vc.Types) > 0 {
		m.vc.Sample = m.vc.Types[0].Name
		m.sayShown()
	}
	return m.page().Refresh(true)
}

// choose makes a kind of profile the one that functions and stacks are of.
func (m *Model) choose(k profile.Kind) tea.Cmd {
	m.vc.Kind, m.vc.Sample, m.vc.Types = k, "", nil
	m.learnTypes()
	m.sayShown()
	return m.page().Refresh(true)
}

// sayShown says what the values are now, and where they are seen when the pane
// on the screen always shows the same.
func (m *Model) sayShown() {
	text := "Values: " + format.Sample(string(m.vc.Kind), m.vc.Sample)
	if _, stays := m.stays(); stays {
		var where []string
		for i, p := range panes {
			if p.any {
				where = append(where, fmt.Sprintf("%s (%d)", p.name, i+1))
			}
		}
		text += ", shown by " + strings.Join(where, ", ")
	}
	m.say(false, text)
}

func (m *Model) refreshAll() tea.Cmd {
	m.overview.Refresh()
	return m.page().Refresh(true)
}

func (m *Model) pause(tea.KeyPressMsg) tea.Cmd {
	m.vc.Paused = !m.vc.Paused
	if m.vc.Paused {
		return nil
	}
	return m.page().Refresh(true)
}

// resizeWindow goes to the next wider or narrower window, as far as there is one.
func (m *Model) resizeWindow(msg tea.KeyPressMsg) tea.Cmd {
	i := slices.Index(tui.Windows, m.vc.Window)
	if key.Matches(msg, m.vc.Keys.Wider) {
		i++
	} else {
		i--
	}
	m.vc.Window = tui.Windows[max(0, min(i, len(tui.Windows)-1))]
	m.say(false, "Charts and growth: "+tui.WindowName(m.vc.Window))
	return m.refreshAll()
}

// noFilter answers / and n on a page of texts.
const noFilter = "This page has no rows to filter."

// ask opens the filter.
func (m *Model) ask(tea.KeyPressMsg) tea.Cmd {
	f, ok := m.page().(tui.Filterable)
	if !ok {
		m.say(false, noFilter)
		return nil
	}
	m.asking = true
	m.prompt.SetWidth(max(8, min(60, m.width-4-len(filterHelp)-roomForPlace)))
	m.prompt.SetValue(f.Filter())
	m.prompt.CursorEnd()
	return m.prompt.Focus()
}

func (m *Model) promptKey(msg tea.KeyPressMsg) tea.Cmd {
	f := m.page().(tui.Filterable)
	switch msg.String() {
	case "enter":
		m.asking = false
		return nil
	case "esc", "ctrl+c":
		m.asking = false
		return f.SetFilter("")
	case "up", "down":
		return m.page().Update(msg)
	}
	return m.typed(msg)
}

// typed gives the filter what was typed or pasted.
func (m *Model) typed(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	m.prompt, cmd = m.prompt.Update(msg)
	return tea.Batch(cmd, m.page().(tui.Filterable).SetFilter(strings.TrimSpace(m.prompt.Value())))
}

// mouse finds what was clicked: a tab, the verdict, or something of the page. A
// click on the selected row opens it, and so does a double click on any other.
func (m *Model) mouse(msg tea.MouseMsg) tea.Cmd {
	if m.save != nil || m.question != nil {
		return nil
	}
	at := msg.Mouse()
	_, click := msg.(tea.MouseClickMsg)
	if click {
		m.toast, m.vc.Unused = "", false // as a key does
	}
	switch {
	case m.helping:
		m.scrollHelp(tui.ScrollBy(msg, m.layout.body.H))
		return nil
	case m.asking || m.menu != nil:
		return nil
	}
	if click && at.Y == m.layout.tabs && len(m.path) == 0 {
		if i := m.tabAt(at.X); i >= 0 {
			return m.goTo(i)
		}
		return nil
	}
	if click && at.Y >= m.layout.suspects.Y && at.Y < m.layout.tabs {
		if s, ok := overview.SuspectAt(m.vc, m.layout.suspects.W, m.layout.suspects.H, at.Y-m.layout.suspects.Y); ok {
			return m.openEvidence(s)
		}
		return m.evidence(tea.KeyPressMsg{})
	}
	if c, ok := m.page().(tui.HasCursor); ok && click && at.Button == tea.MouseLeft && c.OnCursor(at.X, at.Y) {
		return m.openRow(tea.KeyPressMsg{})
	}
	return m.page().Update(msg)
}
