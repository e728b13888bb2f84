package ui

import (
	"os"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overlay"
	"github.com/leaktop/leaktop/ui/tui/overview"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// Model is the live view of one session. It routes messages to the overlays, to the
// page on screen and to the actions, and composes the screen.
type Model struct {
	*core
	actions    actions
	bindings   []binding // the table of that name, which refers to methods that list it
	moves      moveAction
	appearance *appearance
	fleet      *fleetOf       // that it is a member of; nil if it is watched alone
	panicked   *session.Panic // in a command; it ended the view
	frame      string         // the finished screen; empty when it must be drawn
	// awaitsRows means that frame still shows the previous state: the rows of the new one
	// follow at once, and one frame shows both.
	awaitsRows bool
	throttle   *terminal.FrameThrottle // of the renderer; nil for none
}

// actions implement the keys other than navigation, each with its own state.
type actions struct {
	values     valueAction
	evidence   evidenceAction
	baseline   baselineAction
	export     exportAction
	fetch      fetchAction
	probe      probeAction
	recording  recordAction
	replay     replayAction
	web        webAction
	sourceLine sourceLineAction
	detail     *detailAction
	moments    momentAction
	pods       podAction
}

// newModel returns the view of a session for a terminal with the given colors. ascii means
// that the terminal does not display Unicode.
func newModel(w *session.Session, colors colorprofile.Profile, ascii bool) *Model {
	c := &core{session: w}
	m := &Model{core: c, moves: moveAction{c}, appearance: newAppearance(c, colors, ascii), bindings: bindings}
	c.vc = tui.NewContext(m.appearance.newTheme(), w.State().History, len(paneTable))
	c.keys = c.vc.Keys
	c.disableIdleKeys()
	if rec, ok := w.Source.(*source.Recorded); ok {
		c.vc.IsRecorded = true
		if rec.IsFiles() {
			c.vc.Window = 0 // they are few, and rarely minutes apart
		}
	}
	c.overview = overview.New(c.vc)
	c.overlays = overlay.NewStack(c.vc, c.reportStatus)
	for _, p := range paneTable {
		c.nav.panes = append(c.nav.panes, p.make(c.vc))
	}
	values := valueAction{core: c}
	export := exportAction{core: c}
	m.actions = actions{
		values: values, export: export,
		evidence: evidenceAction{core: c}, baseline: baselineAction{core: c},
		fetch: fetchAction{core: c, values: values}, probe: probeAction{core: c},
		recording: recordAction{core: c}, replay: replayAction{core: c, values: values},
		web: webAction{core: c, document: export.buildDocument}, pods: podAction{core: c}, sourceLine: sourceLineAction{core: c, getenv: os.Getenv}, detail: &detailAction{core: c}, moments: momentAction{core: c},
	}
	return m
}

// fleetOf is what the view of a member knows about its fleet.
type fleetOf struct {
	name  string
	leave func() tea.Cmd // returns to the screen of all members
}

// headerName returns the name of the target in the header.
func (m *Model) headerName() string {
	if m.fleet == nil {
		return m.targetName()
	}
	return m.fleet.name + " " + theme.SymbolPath + " " + m.targetName()
}

// recordWith sets the user's recording options.
func (m *Model) recordWith(o record.Options) {
	m.actions.recording.options, m.version = o, o.Version
}

// stateMsg carries a new state of the session of a view; ok is false if there are no
// more.
type stateMsg struct {
	of    *Model
	state session.State
	ok    bool
}

// nextState waits for the next state.
func (m *Model) nextState() tea.Cmd {
	updates := m.session.Updates()
	return func() tea.Msg {
		st, ok := <-updates
		return stateMsg{m, st, ok}
	}
}

// Init starts to follow the session, and queries the terminal's background color.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.nextState(), tea.RequestBackgroundColor)
}

// Update routes a message, and turns a panic of its commands into a message.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	before, frame := m.status.count, m.frame
	m.frame = ""
	cmd := m.route(msg)
	m.fitLayout()
	if read := m.actions.detail.readSource(); read != nil {
		cmd = tea.Batch(cmd, read)
	}
	if m.status.count != before {
		cmd = tea.Batch(cmd, m.status.expireSoon())
	}
	if _, ok := msg.(stateMsg); ok && m.isLoading() && !m.awaitsRows { // unless they take longer than a poll
		m.frame = frame
	}
	m.awaitsRows = m.frame != ""
	return m, guardCommand(cmd)
}

// isLoading reports whether the rows of the page on screen are being made.
func (m *Model) isLoading() bool {
	l, ok := m.currentPage().(tui.Loader)
	return ok && l.Loading()
}

// route dispatches a message.
func (m *Model) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case *session.Panic:
		m.panicked = msg
		return tea.Quit
	case tea.BackgroundColorMsg:
		m.appearance.setBackground(msg.IsDark())
		return nil
	case stateMsg:
		return m.setState(msg)
	case statusOverMsg:
		m.status.expire(msg)
		return nil
	case tui.Reply:
		return msg.Apply()
	case tea.KeyPressMsg:
		return m.routeKey(msg)
	case tea.MouseMsg:
		return m.routeMouse(msg)
	case tea.WindowSizeMsg:
		m.setSize(msg.Width, msg.Height)
	}
	cmds := []tea.Cmd{m.overlays.Update(msg)}
	for _, p := range m.nav.allPages() { // rows identify their list by its number
		cmds = append(cmds, p.Update(msg))
	}
	return tea.Batch(cmds...)
}

// routeKey offers a key to the overlays, then to the replay, then to the bindings,
// then to the page.
func (m *Model) routeKey(msg tea.KeyPressMsg) tea.Cmd {
	m.status.clear()
	m.vc.Untouched = false
	if cmd, handled := m.overlays.Key(msg); handled {
		return cmd
	}
	if m.actions.replay.handleKey(msg) {
		return nil
	}
	for _, b := range bindings {
		if key.Matches(msg, b.key(m.keys)) {
			return b.do(m, msg)
		}
	}
	if cmd, opened := m.openSandwich(msg); opened {
		return cmd
	}
	return m.currentPage().Update(msg)
}

func (m *Model) setSize(w, h int) {
	m.width, m.height = w, h
	m.layout = screenLayout{} // resize everything
	m.fitLayout()
}

// setState shows a new state.
func (m *Model) setState(msg stateMsg) tea.Cmd {
	if !msg.ok || msg.of != m {
		return nil
	}
	before := m.vc.State
	if msg.state.Revision < before.Revision {
		return m.nextState() // the effect of a newer key press is on screen already
	}
	if m.vc.Paused {
		m.hold(msg.state)
		return m.nextState()
	}
	fresh := isNews(before, msg.state)
	m.vc.SetState(msg.state)
	cmds := []tea.Cmd{m.nextState(), m.actions.replay.followReplay(before), m.actions.moments.compareArrived()}
	m.actions.values.learnTypes()
	m.actions.baseline.checkLost()
	m.status.dropIfWrong()
	if fresh || m.overview.IsStale() {
		m.overview.Refresh()
	}
	if fresh {
		cmds = append(cmds, m.currentPage().Refresh(false))
	}
	return tea.Batch(cmds...)
}

// isNews reports whether a state differs from the previous one in something that pages
// show.
func isNews(before, now session.State) bool {
	return now.Revision != before.Revision || now.Restarts != before.Restarts || len(now.Events) != len(before.Events) ||
		now.Facts != before.Facts || // such as the limit
		len(now.Heap)+len(now.Goroutines) == 0 // why nothing has arrived yet
}
