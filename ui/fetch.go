package ui

import (
	"context"
	"fmt"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// cpuSeconds is how long a CPU profile is collected.
const cpuSeconds = 10

// menu lists the profiles that can be asked for.
type menu struct {
	kinds []profile.Kind
	at    int
	// asking is what was asked and has not come; done is its share of time.
	asking  profile.Kind
	seconds int
	passed  int
}

// fetchedMsg brings what was asked for on a key.
type fetchedMsg struct {
	query source.Query
	err   error
}

// progressMsg says that a second of a timed profile has passed.
type progressMsg struct{ kind profile.Kind }

func (m *Model) openMenu(tea.KeyPressMsg) tea.Cmd {
	mn := &menu{}
	offers := map[profile.Kind]bool{}
	for _, k := range m.watch.Source.Offers() {
		offers[k] = true
	}
	for _, i := range profile.Kinds {
		if offers[i.Kind] || i.Polled {
			mn.kinds = append(mn.kinds, i.Kind)
			delete(offers, i.Kind)
		}
	}
	m.menu = mn
	return nil
}

func (m *Model) menuKey(msg tea.KeyPressMsg) tea.Cmd {
	mn := m.menu
	switch {
	case key.Matches(msg, m.sh.keys.Back), key.Matches(msg, m.sh.keys.Profile):
		m.menu = nil
	case msg.String() == "ctrl+c":
		return tea.Quit
	case msg.String() == "up" || msg.String() == "k":
		mn.at = max(0, mn.at-1)
	case msg.String() == "down" || msg.String() == "j":
		mn.at = min(len(mn.kinds)-1, mn.at+1)
	case key.Matches(msg, m.sh.keys.Open) && mn.asking == "":
		return m.pick(mn.kinds[mn.at])
	}
	return nil
}

// pick opens a kind of profile: what is polled is there, the rest is asked for.
func (m *Model) pick(k profile.Kind) tea.Cmd {
	if k.Info().Polled {
		m.menu = nil
		return tea.Batch(m.choose(k), m.toFunctions())
	}
	q := source.Query{Kind: k}
	cmds := []tea.Cmd{}
	m.menu.asking = k
	if k.Info().Timed {
		q.Seconds = cpuSeconds
		m.menu.seconds, m.menu.passed = cpuSeconds, 0
		cmds = append(cmds, tick(k))
	}
	return tea.Batch(append(cmds, m.fetch(q))...)
}

// toFunctions shows the pane that has any kind of profile.
func (m *Model) toFunctions() tea.Cmd {
	if len(m.path) == 0 && (panes[m.pane].name == "Functions" || panes[m.pane].name == "Stacks") {
		return m.show()
	}
	for i, p := range panes {
		if p.name == "Functions" {
			return m.goTo(i)
		}
	}
	return nil
}

func tick(k profile.Kind) tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return progressMsg{k} })
}

func (m *Model) progress(msg progressMsg) tea.Cmd {
	if m.menu == nil || m.menu.asking != msg.kind {
		return nil
	}
	m.menu.passed = min(m.menu.passed+1, m.menu.seconds)
	return tick(msg.kind)
}

// fetch asks the target for one profile and keeps it in the history.
func (m *Model) fetch(q source.Query) tea.Cmd {
	src, h := m.watch.Source, m.sh.history
	return func() tea.Msg {
		c, err := src.Fetch(context.Background(), q)
		if err == nil && q.GC {
			_, err = h.Add(c)
		} else if err == nil {
			_, err = h.Keep(c)
		}
		return fetchedMsg{q, err}
	}
}

func (m *Model) fetched(msg fetchedMsg) tea.Cmd {
	if m.menu != nil && m.menu.asking == msg.query.Kind {
		m.menu = nil
	}
	switch {
	case msg.err != nil:
		m.say(true, explain(msg.err))
		return nil
	case msg.query.GC:
		m.say(false, "The target has collected; this is the heap right after.")
		return m.page().refresh(true)
	}
	return tea.Batch(m.choose(msg.query.Kind), m.toFunctions())
}

// collect asks for a garbage collection, so that the heap profile is fresh.
func (m *Model) collect(tea.KeyPressMsg) tea.Cmd {
	m.say(false, "Asking the target to collect: it may be slower for up to a quarter of a second…")
	return m.fetch(source.Query{Kind: profile.Heap, GC: true})
}

// menuLines draws the menu.
func (m *Model) menuLines(w, h int) []string {
	t, mn := m.sh.theme, m.menu
	lines := []string{" " + t.Render(theme.Title, "Profiles that this service offers"), ""}
	for i, k := range mn.kinds {
		info := k.Info()
		line := fmt.Sprintf("  %-18s ", info.Title)
		if i == mn.at {
			line = fmt.Sprintf("%s %-18s ", theme.SymbolCursor, info.Title)
		}
		about := format.Fit(info.About, max(0, w-24))
		if i == mn.at {
			lines = append(lines, t.RenderSelected(theme.Plain, pad(" "+line+about, w)))
			continue
		}
		lines = append(lines, " "+line+t.Render(theme.Dim, about))
	}
	if mn.asking != "" {
		what := "Asking for " + mn.asking.Info().Title + theme.SymbolMore
		if mn.seconds > 0 {
			n := 30 * mn.passed / mn.seconds
			what = fmt.Sprintf("%s %s %d of %d s", what, bar(n, 30), mn.passed, mn.seconds)
		}
		lines = append(lines, "", " "+t.Render(theme.Accent, what))
	}
	return fill(lines, w, h)
}
