package ui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
)

// action is what a key does wherever the user is.
type action struct {
	key func(KeyMap) key.Binding
	do  func(*Model, tea.KeyPressMsg) tea.Cmd
}

// actions is the table of keys that work on every page.
var actions = []action{
	{func(k KeyMap) key.Binding { return k.Quit }, func(*Model, tea.KeyPressMsg) tea.Cmd { return tea.Quit }},
	{func(k KeyMap) key.Binding { return k.Sleep }, (*Model).suspend},
	{func(k KeyMap) key.Binding { return k.Help }, (*Model).openHelp},
	{func(k KeyMap) key.Binding { return k.Open }, (*Model).openRow},
	{func(k KeyMap) key.Binding { return k.Back }, (*Model).back},
	{func(k KeyMap) key.Binding { return k.NextPane }, (*Model).nextPane},
	{func(k KeyMap) key.Binding { return k.PrevPane }, (*Model).nextPane},
	{func(k KeyMap) key.Binding { return k.Pane }, (*Model).toPane},
	{func(k KeyMap) key.Binding { return k.Evidence }, (*Model).evidence},
	{func(k KeyMap) key.Binding { return k.Filter }, (*Model).ask},
	{func(k KeyMap) key.Binding { return k.NextHit }, (*Model).hit},
	{func(k KeyMap) key.Binding { return k.PrevHit }, (*Model).hit},
	{func(k KeyMap) key.Binding { return k.SampleType }, (*Model).nextType},
	{func(k KeyMap) key.Binding { return k.Profile }, (*Model).openMenu},
	{func(k KeyMap) key.Binding { return k.Baseline }, (*Model).setBaseline},
	{func(k KeyMap) key.Binding { return k.DropBaseline }, (*Model).dropBaseline},
	{func(k KeyMap) key.Binding { return k.Pause }, (*Model).pause},
	{func(k KeyMap) key.Binding { return k.Wider }, (*Model).resizeWindow},
	{func(k KeyMap) key.Binding { return k.Narrower }, (*Model).resizeWindow},
	{func(k KeyMap) key.Binding { return k.Export }, (*Model).openSave},
	{func(k KeyMap) key.Binding { return k.Copy }, (*Model).copyView},
	{func(k KeyMap) key.Binding { return k.Bundle }, (*Model).openBundle},
	{func(k KeyMap) key.Binding { return k.HandOver }, (*Model).handOver},
	{func(k KeyMap) key.Binding { return k.Collect }, (*Model).collect},
	{func(k KeyMap) key.Binding { return k.Creators }, (*Model).nameCreators},
	{func(k KeyMap) key.Binding { return k.Prove }, (*Model).proveLeaks},
	{func(k KeyMap) key.Binding { return k.Dump }, (*Model).dumpAll},
	{func(k KeyMap) key.Binding { return k.Record }, (*Model).toggleRecording},
	{func(k KeyMap) key.Binding { return k.Pods }, (*Model).openPods},
}

// key finds who a key is for: an open prompt, menu or help first, then the
// table above, then the page.
func (m *Model) key(msg tea.KeyPressMsg) tea.Cmd {
	m.toast, m.sh.unused = "", false
	m.again = m.again && key.Matches(msg, m.sh.keys.Evidence)
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
		if key.Matches(msg, a.key(m.sh.keys)) {
			return a.do(m, msg)
		}
	}
	return m.page().update(msg)
}

// suspend gives the terminal back to the shell, where there is one.
func (m *Model) suspend(tea.KeyPressMsg) tea.Cmd {
	if stoppable() {
		return tea.Suspend
	}
	m.say(false, "There is no shell to go back to. q quits.")
	return nil
}

// hasInstead is a page that says something of its own where enter opens nothing.
type hasInstead interface{ instead() string }

func (m *Model) openRow(tea.KeyPressMsg) tea.Cmd {
	if z, ok := m.page().(zoomable); ok && z.zoomIn() {
		return nil
	}
	if s, ok := m.page().(*switchPage); ok {
		return s.choose()
	}
	p := m.page().open()
	if p == nil {
		text := "There is nothing to open here."
		if len(m.path) > 0 {
			text = "This is as deep as it goes; esc goes back."
		}
		if i, ok := m.page().(hasInstead); ok {
			text = i.instead()
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
	if f, ok := m.page().(filterable); ok && f.filter() != "" {
		return f.setFilter("")
	}
	if z, ok := m.page().(zoomable); ok && z.zoomOut() {
		return nil
	}
	if n := len(m.path); n > 0 {
		m.path = m.path[:n-1]
		return m.show()
	}
	if m.sh.kind != profile.Heap {
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
	if key.Matches(msg, m.sh.keys.PrevPane) {
		d = n - 1
	}
	return m.goTo((m.pane + d) % n)
}

func (m *Model) toPane(msg tea.KeyPressMsg) tea.Cmd {
	return m.goTo(int(msg.String()[0] - '1'))
}

func (m *Model) hit(msg tea.KeyPressMsg) tea.Cmd {
	switch f, ok := m.page().(filterable); {
	case !ok:
		m.say(false, noFilter)
	case !f.next(key.Matches(msg, m.sh.keys.NextHit)):
		m.say(false, "Nothing is searched for: / filters, and n goes to the next hit.")
	}
	return nil
}

// nextType goes through the sample types of the chosen profile; from the
// heap's last it goes on to the goroutines.
func (m *Model) nextType(tea.KeyPressMsg) tea.Cmd {
	for i, t := range m.sh.types {
		if t.Name != m.sh.sample {
			continue
		}
		if i+1 < len(m.sh.types) {
			m.sh.sample = m.sh.types[i+1].Name
			m.sayShown()
			return m.page().refresh(true)
		}
	}
	switch m.sh.kind {
	case profile.Heap:
		if s, _ := m.sh.history.Latest(profile.Goroutine); s != nil {
			return m.choose(profile.Goroutine)
		}
	case profile.Goroutine:
		return m.choose(profile.Heap)
	}
	if len(m.sh.types) > 0 {
		m.sh.sample = m.sh.types[0].Name
		m.sayShown()
	}
	return m.page().refresh(true)
}

// choose makes a kind of profile the one that functions and stacks are of.
func (m *Model) choose(k profile.Kind) tea.Cmd {
	m.sh.kind, m.sh.sample, m.sh.types = k, "", nil
	m.learnTypes()
	m.sayShown()
	return m.page().refresh(true)
}

// sayShown says what the values are now, and where they are seen when the pane
// on the screen always shows the same.
func (m *Model) sayShown() {
	text := "Values: " + format.Sample(string(m.sh.kind), m.sh.sample)
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
	m.overview.refresh()
	return m.page().refresh(true)
}

func (m *Model) pause(tea.KeyPressMsg) tea.Cmd {
	m.sh.paused = !m.sh.paused
	if m.sh.paused {
		return nil
	}
	return m.page().refresh(true)
}

// resizeWindow goes to the next wider or narrower window, as far as there is one.
func (m *Model) resizeWindow(msg tea.KeyPressMsg) tea.Cmd {
	i := slices.Index(windows, m.sh.window)
	if key.Matches(msg, m.sh.keys.Wider) {
		i++
	} else {
		i--
	}
	m.sh.window = windows[max(0, min(i, len(windows)-1))]
	m.say(false, "Charts and growth: "+windowName(m.sh.window))
	return m.refreshAll()
}

// noFilter answers / and n on a page of texts.
const noFilter = "This page has no rows to filter."

// ask opens the filter.
func (m *Model) ask(tea.KeyPressMsg) tea.Cmd {
	f, ok := m.page().(filterable)
	if !ok {
		m.say(false, noFilter)
		return nil
	}
	m.asking = true
	m.prompt.SetWidth(max(8, min(60, m.width-4-len(filterHelp)-roomForPlace)))
	m.prompt.SetValue(f.filter())
	m.prompt.CursorEnd()
	return m.prompt.Focus()
}

func (m *Model) promptKey(msg tea.KeyPressMsg) tea.Cmd {
	f := m.page().(filterable)
	switch msg.String() {
	case "enter":
		m.asking = false
		return nil
	case "esc", "ctrl+c":
		m.asking = false
		return f.setFilter("")
	case "up", "down":
		return m.page().update(msg)
	}
	return m.typed(msg)
}

// typed gives the filter what was typed or pasted.
func (m *Model) typed(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	m.prompt, cmd = m.prompt.Update(msg)
	return tea.Batch(cmd, m.page().(filterable).setFilter(strings.TrimSpace(m.prompt.Value())))
}

// hasCursor is a page that knows whether a point lies on its selected row.
type hasCursor interface{ onCursor(x, y int) bool }

// mouse finds what was clicked: a tab, the verdict, or something of the page. A
// click on the selected row opens it, and so does a double click on any other.
func (m *Model) mouse(msg tea.MouseMsg) tea.Cmd {
	if m.save != nil || m.question != nil {
		return nil
	}
	at := msg.Mouse()
	_, click := msg.(tea.MouseClickMsg)
	if click {
		m.toast, m.sh.unused = "", false // as a key does
	}
	switch {
	case m.helping:
		m.scrollHelp(scrollBy(msg, m.layout.body.h))
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
	if click && at.Y >= m.layout.suspects.y && at.Y < m.layout.tabs {
		if s, ok := suspectAt(m.sh, m.layout.suspects.w, m.layout.suspects.h, at.Y-m.layout.suspects.y); ok {
			return m.openEvidence(s)
		}
		return m.evidence(tea.KeyPressMsg{})
	}
	if c, ok := m.page().(hasCursor); ok && click && at.Button == tea.MouseLeft && c.onCursor(at.X, at.Y) {
		return m.openRow(tea.KeyPressMsg{})
	}
	return m.page().update(msg)
}
