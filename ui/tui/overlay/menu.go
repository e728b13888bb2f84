package overlay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// durations are the choices, in seconds, for timed profiles; usualDuration is the
// index of the default.
var durations = []int{1, 5, 10, 30, 60}

const usualDuration = 2

// Menu lists the profiles that can be requested.
type Menu struct {
	kinds []profile.Kind
	// fetch requests a profile, in a command, and returns a function that shows it.
	fetch func(context.Context, source.Query) (show func() tea.Cmd, err error)
	// show shows a kind of profile that is available.
	show func(profile.Kind) tea.Cmd

	stack    *Stack
	cursor   int
	duration int // index of durations

	asked   profile.Kind // requested and pending; "" for none
	cancel  context.CancelFunc
	ended   <-chan struct{} // closed when the request has ended
	seconds int             // duration of the request, 0 if it is immediate
	passed  int
}

// fetchedMsg reports the outcome of requesting a profile.
type fetchedMsg struct {
	menu *Menu
	show func() tea.Cmd
	err  error
}

// menuTickMsg says that a second of a timed profile has passed.
type menuTickMsg struct{ menu *Menu }

// OpenMenu lists kinds of profiles. show shows one that is available; fetch
// requests one, in a command, and returns a function that shows it.
func (s *Stack) OpenMenu(
	kinds []profile.Kind,
	fetch func(context.Context, source.Query) (show func() tea.Cmd, err error),
	show func(profile.Kind) tea.Cmd,
) {
	s.Open(&Menu{kinds: kinds, fetch: fetch, show: show, stack: s, duration: usualDuration})
}

// Key moves the cursor and chooses; q and esc close the menu.
func (m *Menu) Key(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	keys := m.stack.vc.Keys
	switch s := msg.String(); {
	case s == "ctrl+c":
		return tea.Quit, true
	case key.Matches(msg, keys.Back), key.Matches(msg, keys.Profile), key.Matches(msg, keys.Quit):
		m.closeMenu()
	case s == "up" || s == "k":
		m.cursor = max(0, m.cursor-1)
	case s == "down" || s == "j":
		m.cursor = min(len(m.kinds)-1, m.cursor+1)
	case m.asked != "":
	case key.Matches(msg, keys.NextPart) && m.kinds[m.cursor].Info().Timed:
		m.duration = max(0, min(len(durations)-1, m.duration+tui.Sideways(msg)))
	case key.Matches(msg, keys.Open):
		return m.chooseKind(m.kinds[m.cursor]), true
	}
	return nil, true
}

func (m *Menu) closeMenu() {
	m.stack.Close(m)
	if m.cancel != nil {
		m.cancel()
		m.stack.say(false, m.asked.Info().Title+": stopped.")
	}
}

// chooseKind shows a polled kind of profile, and requests any other.
func (m *Menu) chooseKind(k profile.Kind) tea.Cmd {
	if k.Info().Polled {
		m.stack.Close(m)
		return m.show(k)
	}
	q := source.Query{Kind: k}
	var ctx context.Context
	ctx, m.cancel = context.WithCancel(context.Background())
	m.asked, m.seconds, m.passed, m.ended = k, 0, 0, ctx.Done()
	var tick tea.Cmd
	if k.Info().Timed {
		q.Seconds = durations[m.duration]
		m.seconds = q.Seconds
		tick = m.tickSecond()
	}
	return tea.Batch(func() tea.Msg {
		show, err := m.fetch(ctx, q)
		return fetchedMsg{m, show, err}
	}, tick)
}

func (m *Menu) tickSecond() tea.Cmd {
	return tickUntil(m.ended, time.Second, menuTickMsg{m})
}

// Mouse does nothing: a click must not reach the page below.
func (m *Menu) Mouse(tea.MouseMsg) bool { return true }

// Update shows the requested profile when it arrives, and counts seconds until
// then.
func (m *Menu) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case menuTickMsg:
		if msg.menu == m && m.asked != "" {
			m.passed = min(m.passed+1, m.seconds)
			return m.tickSecond()
		}
	case fetchedMsg:
		if msg.menu != m || errors.Is(msg.err, context.Canceled) {
			return nil
		}
		m.cancel()
		m.stack.Close(m)
		if msg.err != nil {
			m.stack.say(true, format.Capitalize(tui.Explain(msg.err)))
			return nil
		}
		return msg.show()
	}
	return nil
}

// Footer returns the keys of the menu.
func (m *Menu) Footer(w int) []string {
	keys := m.stack.vc.Keys
	return []string{m.stack.keyHints([]key.Binding{
		keys.Open, tui.Bind("↑↓", "choose", "up", "down"), tui.Bind("←→", "seconds", "left", "right"), keys.Back,
	}, w)}
}

// Lines draws the kinds with descriptions, and the progress of the request.
func (m *Menu) Lines(w, h int) []string {
	t := m.stack.vc.Theme
	lines := []string{" " + t.Render(theme.Title, "Profiles that this service offers"), ""}
	first := max(0, m.cursor-max(0, h-5)) // the chosen kind and the progress stay visible
	for i := first; i < len(m.kinds); i++ {
		lines = append(lines, m.drawKind(i, w))
	}
	if about := m.kinds[m.cursor].Info().About; m.asked == "" && format.Width(about) > w-aboutColumn {
		lines = append(append(lines, ""), tui.Dim(t, format.WrapIndented(about, w-1, " "))...)
	}
	if m.asked != "" {
		lines = append(lines, "", " "+t.Render(theme.Accent, m.describeProgress())+t.Render(theme.Dim, "   esc stops it"))
	}
	return tui.Fill(lines, w, h)
}

// aboutColumn is where the descriptions begin, including a margin.
const aboutColumn = 24

// drawKind draws the line of one kind.
func (m *Menu) drawKind(i, w int) string {
	t, info, chosen := m.stack.vc.Theme, m.kinds[i].Info(), i == m.cursor
	mark, title := " ", format.Clean(info.Title)
	if chosen {
		mark = theme.SymbolCursor
	}
	if info.Timed {
		title += fmt.Sprintf(", %ds", durations[m.duration])
		if chosen {
			title += " ←→"
		}
	}
	line := mark + " " + format.Pad(title, 18) + " "
	about := format.Fit(info.About, max(0, w-aboutColumn))
	if chosen {
		return t.RenderSelected(theme.Plain, format.Pad(" "+line+about, w))
	}
	return " " + line + t.Render(theme.Dim, about)
}

// describeProgress describes the progress of the request.
func (m *Menu) describeProgress() string {
	what := "Asking for " + m.asked.Info().Title + theme.SymbolMore
	if m.seconds == 0 {
		return what
	}
	const wide = 30
	return fmt.Sprintf("%s %s %d of %ds", what, tui.ProgressBar(wide*m.passed/m.seconds, wide), m.passed, m.seconds)
}
