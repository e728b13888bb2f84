package ui

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// lasting are the seconds that a timed profile may be collected for; lasts is
// the one chosen at first.
var lasting = []int{1, 5, 10, 30, 60}

const lasts = 2

// menu lists the profiles that can be asked for.
type menu struct {
	kinds []profile.Kind
	at    int
	lasts int // index of lasting
	// asking is what was asked and has not come.
	asking  profile.Kind
	cancel  context.CancelFunc
	seconds int // that it takes, 0 if it comes at once
	passed  int
}

// fetchedMsg brings what was asked for on a key.
type fetchedMsg struct {
	query source.Query
	state session.State // that has it
	err   error
}

// progressMsg says that a second of a timed profile has passed.
type progressMsg struct{ of *menu }

func (m *Model) openMenu(tea.KeyPressMsg) tea.Cmd {
	mn := &menu{lasts: lasts}
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
	delete(offers, profile.Trace) // no profile
	mn.kinds = append(mn.kinds, slices.Sorted(maps.Keys(offers))...)
	m.menu = mn
	return nil
}

func (m *Model) menuKey(msg tea.KeyPressMsg) tea.Cmd {
	mn := m.menu
	switch {
	case key.Matches(msg, m.vc.Keys.Back), key.Matches(msg, m.vc.Keys.Profile):
		m.menu = nil
		if mn.cancel != nil {
			mn.cancel()
			m.say(false, mn.asking.Info().Title+": stopped.")
		}
	case msg.String() == "ctrl+c":
		return tea.Quit
	case msg.String() == "up" || msg.String() == "k":
		mn.at = max(0, mn.at-1)
	case msg.String() == "down" || msg.String() == "j":
		mn.at = min(len(mn.kinds)-1, mn.at+1)
	case key.Matches(msg, m.vc.Keys.NextPart) && mn.asking == "" && mn.kinds[mn.at].Info().Timed:
		mn.lasts = max(0, min(len(lasting)-1, mn.lasts+tui.Sideways(msg)))
	case key.Matches(msg, m.vc.Keys.Open) && mn.asking == "":
		return m.pick(mn.kinds[mn.at])
	}
	return nil
}

// pick opens a kind of profile: what is polled is there, the rest is asked for.
func (m *Model) pick(k profile.Kind) tea.Cmd {
	if k.Info().Polled {
		m.menu = nil
		return m.showKind(k)
	}
	q := source.Query{Kind: k}
	cmds := []tea.Cmd{}
	ctx, cancel := context.WithCancel(context.Background())
	m.menu.asking, m.menu.cancel = k, cancel
	if k.Info().Timed {
		q.Seconds = lasting[m.menu.lasts]
		m.menu.seconds, m.menu.passed = q.Seconds, 0
		cmds = append(cmds, m.menu.tick())
	}
	return tea.Batch(append(cmds, m.fetch(ctx, q))...)
}

// showKind shows a kind of profile where it can be seen.
func (m *Model) showKind(k profile.Kind) tea.Cmd {
	cmd := tea.Batch(m.choose(k), m.toFunctions())
	m.sayShown() // of the pane that it led to
	return cmd
}

// toFunctions shows the pane that has any kind of profile.
func (m *Model) toFunctions() tea.Cmd {
	if len(m.path) == 0 && panes[m.pane].any {
		return m.show()
	}
	for i, p := range panes {
		if p.name == "Functions" {
			return m.goTo(i)
		}
	}
	return nil
}

func (mn *menu) tick() tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return progressMsg{mn} })
}

func (m *Model) progress(msg progressMsg) tea.Cmd {
	if m.menu != msg.of {
		return nil // it was closed, and maybe opened again
	}
	m.menu.passed = min(m.menu.passed+1, m.menu.seconds)
	return m.menu.tick()
}

// fetch asks the target for one profile and keeps it in the history.
func (m *Model) fetch(ctx context.Context, q source.Query) tea.Cmd {
	w := m.watch
	return func() tea.Msg {
		c, err := w.Fetch(ctx, q)
		if err == nil {
			_, err = w.Keep(c)
		}
		return fetchedMsg{query: q, state: w.State(), err: err}
	}
}

func (m *Model) fetched(msg fetchedMsg) tea.Cmd {
	if errors.Is(msg.err, context.Canceled) {
		return nil // the menu was closed
	}
	if m.menu != nil && m.menu.asking == msg.query.Kind {
		m.menu.cancel()
		m.menu = nil
	}
	if msg.err != nil {
		m.say(true, tui.SentenceCase(tui.Explain(msg.err)))
		return nil
	}
	if st := msg.state; st.Moment == m.vc.State.Moment && st.Revision > m.vc.State.Revision {
		m.setState(st)
	}
	return m.showKind(msg.query.Kind)
}

// collect asks for a garbage collection, so that the heap profile is fresh.
func (m *Model) collect(tea.KeyPressMsg) tea.Cmd {
	j := &job{what: "Collecting", price: "the target is slower for up to 250ms"}
	return m.begin(j, func(ctx context.Context) (session.Answer, error) {
		took, err := m.watch.Collect(ctx)
		return session.Answer{Text: "The target has collected, which took " + format.Duration(took) + " with the answer; this is the heap right after."}, err
	})
}

// menuKeys are the keys of the menu.
func menuKeys(k tui.KeyMap) []key.Binding {
	return []key.Binding{k.Open, tui.Bind("↑↓", "choose", "up", "down"), tui.Bind("←→", "seconds", "left", "right"), k.Back}
}

// menuLines draws the menu.
func (m *Model) menuLines(w, h int) []string {
	t, mn := m.vc.Theme, m.menu
	lines := []string{" " + t.Render(theme.Title, "Profiles that this service offers"), ""}
	first := max(0, mn.at-max(0, h-5)) // the chosen one and what is asked stay in sight
	for i, k := range mn.kinds[first:] {
		i += first
		info := k.Info()
		mark, title := " ", format.Clean(info.Title)
		if i == mn.at {
			mark = theme.SymbolCursor
		}
		if info.Timed {
			title += fmt.Sprintf(", %ds", lasting[mn.lasts])
			if i == mn.at {
				title += " ←→"
			}
		}
		line := mark + " " + tui.Pad(title, 18) + " "
		about := format.Fit(info.About, max(0, w-24))
		if i == mn.at {
			lines = append(lines, t.RenderSelected(theme.Plain, tui.Pad(" "+line+about, w)))
			continue
		}
		lines = append(lines, " "+line+t.Render(theme.Dim, about))
	}
	if about := mn.kinds[mn.at].Info().About; mn.asking == "" && format.Width(about) > w-24 {
		lines = append(append(lines, ""), tui.Dim(t, tui.Wrap(about, w-1, " "))...)
	}
	if mn.asking != "" {
		what := "Asking for " + mn.asking.Info().Title + theme.SymbolMore
		if mn.seconds > 0 {
			n := 30 * mn.passed / mn.seconds
			what = fmt.Sprintf("%s %s %d of %ds", what, tui.ProgressBar(n, 30), mn.passed, mn.seconds)
		}
		lines = append(lines, "", " "+t.Render(theme.Accent, what)+t.Render(theme.Dim, "   esc stops it"))
	}
	return tui.Fill(lines, w, h)
}
