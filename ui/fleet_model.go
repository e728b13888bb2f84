package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	panes "github.com/leaktop/leaktop/ui/tui/fleet"
	"github.com/leaktop/leaktop/ui/tui/overlay"
	"github.com/leaktop/leaktop/ui/tui/overview"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// FleetModel is the live view of several processes: a screen of all of them, and for
// each that is opened the [Model] of its session, which stays as it was left.
type FleetModel struct {
	*core       // without a session: its pages are about all of them
	fleet       *fleet.Fleet
	window      fleetWindow
	preferences Preferences
	recorder    record.Options
	members     map[string]*Model // opened so far, by ID
	opened      *Model            // on screen; nil for the screen of all
	panicked    *session.Panic
	frame       string
	throttle    *terminal.FrameThrottle
}

// fleetWindow is what a view needs to know of the terminal.
type fleetWindow struct {
	colors        colorprofile.Profile
	ascii, isDark bool
	height        int
}

// NewFleet returns the view of a fleet for a terminal with these colors. ascii means
// that the terminal does not display Unicode.
func NewFleet(f *fleet.Fleet, colors colorprofile.Profile, ascii bool) *FleetModel {
	m := &FleetModel{core: &core{}, fleet: f, window: fleetWindow{colors: colors, ascii: ascii, isDark: true}, members: map[string]*Model{}}
	m.vc = tui.NewContext(m.newTheme(), profile.NewHistoryBuilder().History(), len(fleetPanes))
	m.vc.State.Facts.Name = f.Name()
	m.setState(f.State())
	m.overview = overview.New(m.vc)
	m.overlays = overlay.NewStack(m.vc, m.reportStatus)
	for _, p := range fleetPanes {
		m.nav.panes = append(m.nav.panes, p.make(m.vc, m.openMember))
	}
	return m
}

// fleetPanes lists the panes of a fleet in the order of their tabs.
var fleetPanes = []struct {
	name string
	make func(*tui.ViewContext, panes.Opener) tui.Page
}{
	{"Fleet", func(vc *tui.ViewContext, open panes.Opener) tui.Page { return panes.NewMembers(vc, open) }},
	{"Suspects", panes.NewSuspects},
	{"Odd ones", panes.NewOutliers},
}

func (m *FleetModel) newTheme() theme.Theme {
	dark, colors := m.window.isDark, m.window.colors
	switch m.preferences.Theme {
	case "light", "dark":
		dark = m.preferences.Theme == "dark"
	case "mono":
		colors = min(colors, colorprofile.ASCII)
	}
	t := theme.New(dark, colors)
	t.ASCII = m.window.ascii
	return t
}

// fleetMsg carries a new state of the fleet; ok is false if there are no more.
type fleetMsg struct {
	state fleet.State
	ok    bool
}

func (m *FleetModel) nextState() tea.Cmd {
	updates := m.fleet.Updates()
	return func() tea.Msg {
		st, ok := <-updates
		return fleetMsg{st, ok}
	}
}

// Init starts to follow the fleet.
func (m *FleetModel) Init() tea.Cmd {
	return tea.Batch(m.nextState(), tea.RequestBackgroundColor, m.currentPage().Refresh(true))
}

// Update routes a message, and turns a panic of its commands into a message.
func (m *FleetModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.frame = ""
	before := m.status.count
	cmd := m.route(msg)
	if m.status.count != before {
		cmd = tea.Batch(cmd, m.status.expireSoon())
	}
	return m, guardCommand(cmd)
}

// route dispatches a message: keys and the mouse to what is on screen, everything else
// to all views, each of which knows its own.
func (m *FleetModel) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case *session.Panic:
		m.panicked = msg
		return tea.Quit
	case tui.Reply:
		return msg.Apply()
	case statusOverMsg:
		m.status.expire(msg)
	case fleetMsg:
		if !msg.ok {
			return nil
		}
		m.setState(msg.state)
		return tea.Batch(m.nextState(), m.refreshPage(false))
	case tea.KeyPressMsg:
		if m.opened != nil {
			return m.passOn(msg)
		}
		return m.routeKey(msg)
	case tea.MouseMsg:
		if m.opened != nil {
			return m.passOn(msg)
		}
		return m.routeMouse(msg)
	case tea.WindowSizeMsg:
		m.width, m.window.height = msg.Width, msg.Height
		m.layout = newFleetLayout(msg.Width, msg.Height)
		m.currentPage().Resize(m.layout.body)
	case tea.BackgroundColorMsg:
		m.window.isDark = msg.IsDark()
		m.vc.Theme = m.newTheme()
	}
	return m.broadcast(msg)
}

// broadcast passes a message to all pages and views.
func (m *FleetModel) broadcast(msg tea.Msg) tea.Cmd {
	cmds := []tea.Cmd{m.overlays.Update(msg)}
	for _, p := range m.nav.allPages() {
		if t, ok := p.(tui.Themed); ok {
			if _, changed := msg.(tea.BackgroundColorMsg); changed {
				t.SetTheme(m.vc.Theme)
			}
		}
		cmds = append(cmds, p.Update(msg))
	}
	for _, v := range m.members {
		_, cmd := v.Update(msg)
		cmds = append(cmds, cmd)
	}
	return tea.Batch(cmds...)
}

// passOn passes input to the view that is on screen.
func (m *FleetModel) passOn(msg tea.Msg) tea.Cmd {
	_, cmd := m.opened.Update(msg)
	return cmd
}

// setState shows a new state of the fleet.
func (m *FleetModel) setState(st fleet.State) {
	m.vc.Fleet = &st
	if st.Now.After(m.vc.Now) {
		m.vc.Now = st.Now
	}
}

// refreshPage updates the page, unless it is paused or not on screen.
func (m *FleetModel) refreshPage(force bool) tea.Cmd {
	if m.opened != nil || m.vc.Paused && !force {
		return nil
	}
	return m.currentPage().Refresh(force)
}

// openMember shows the view of a member, as it was left.
func (m *FleetModel) openMember(id string) tea.Cmd {
	member, ok := m.vc.Fleet.Find(id)
	if !ok {
		m.reportStatus(false, "It is not known any more.")
		return nil
	}
	if member.Session() == nil {
		text := "It cannot be opened yet: nothing is known of it."
		if member.Err != nil {
			text = format.Capitalize(tui.Explain(member.Err))
		}
		m.reportStatus(member.Err != nil, text)
		return nil
	}
	if member.Session().Player() == nil {
		member.Session().SetJudgeEvery(0) // who looks at it wants every poll
	}
	v := m.members[id]
	if v != nil && v.session == member.Session() {
		m.opened = v
		return nil
	}
	v = New(member.Session(), m.window.colors, m.window.ascii)
	v.recordWith(m.recorder)
	v.fleet = &fleetOf{name: m.fleet.Name(), leave: m.closeMember}
	v.throttle, v.status.later = m.throttle, m.status.later
	v.applyPreferences(m.preferences, nil)
	m.members[id], m.opened = v, v
	v.setBackground(m.window.isDark)
	v.setSize(m.width, m.window.height)
	return tea.Batch(v.setState(stateMsg{v, member.Session().State(), true}), v.currentPage().Refresh(true))
}

// closeMember returns to the screen of all.
func (m *FleetModel) closeMember() tea.Cmd {
	m.opened = nil
	return m.showPage()
}

// routeKey offers a key to the overlays, then to the bindings, then to the page.
func (m *FleetModel) routeKey(msg tea.KeyPressMsg) tea.Cmd {
	m.status.clear()
	m.vc.Untouched = false
	if cmd, handled := m.overlays.Key(msg); handled {
		return cmd
	}
	if m.replay(msg) {
		return nil
	}
	for _, b := range fleetBindings {
		if key.Matches(msg, b.key(m.vc.Keys)) {
			return b.do(m, msg)
		}
	}
	for _, k := range keysOfOne(m.vc.Keys) {
		if key.Matches(msg, k) {
			m.reportStatus(false, "This key works on one "+m.noun(1)+": enter opens it.")
			return nil
		}
	}
	return m.currentPage().Update(msg)
}
