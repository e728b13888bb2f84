package ui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overlay"
	"github.com/leaktop/leaktop/ui/tui/processes"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// scanWait is how long the list of processes rests between two scans.
const scanWait = 2 * time.Second

// MachineModel is the live view of this machine: the list of its Go processes, and for
// each that is opened the [Model] of its session, which stays as it was left.
type MachineModel struct {
	*core    // without a session: its page is about all of them
	access   machineAccess
	window   fleetWindow
	recorder record.Options
	members  map[string]*Model // opened so far, by the keys of their processes
	opened   *Model            // on screen; nil for the list
	opening  string            // key of the one that is being opened
	failed   error             // of the last scan
	panicked *session.Panic
	frame    string
	throttle *terminal.FrameThrottle
}

// machineAccess is how the view reaches the machine. Its functions are called by commands,
// scan by one at a time.
type machineAccess struct {
	scan  func() (process.Scan, error)
	rest  tea.Cmd // ends with a scanDueMsg when it is time for the next scan
	watch func(process.Process) (*session.Session, error)
	// end ends the sessions of the processes that are gone; the keys are of those that are
	// there.
	end func(there map[string]bool)
}

// newMachine returns the view of this machine for a terminal with these colors. ascii
// means that the terminal does not display Unicode.
func newMachine(a machineAccess, colors colorprofile.Profile, ascii bool) *MachineModel {
	m := &MachineModel{core: &core{}, access: a, window: fleetWindow{colors: colors, ascii: ascii, isDark: true}, members: map[string]*Model{}}
	m.vc = tui.NewContext(m.newTheme(), profile.NewHistoryBuilder().History(), 1)
	m.overlays = overlay.NewStack(m.vc, m.reportStatus)
	m.nav.panes = []tui.Page{processes.New(m.vc, m.openProcess)}
	return m
}

func (m *MachineModel) newTheme() theme.Theme {
	t := theme.New(m.window.isDark, m.window.colors)
	t.ASCII = m.window.ascii
	return t
}

// scanMsg carries what a scan found.
type scanMsg struct {
	found process.Scan
	err   error
}

// scanDueMsg says that it is time for the next scan.
type scanDueMsg struct{}

// watchMsg carries the session of a process that the user opened.
type watchMsg struct {
	of      process.Process
	session *session.Session
	err     error
}

// scan lists the processes.
func (m *MachineModel) scan() tea.Cmd {
	list := m.access.scan
	return func() tea.Msg {
		found, err := list()
		return scanMsg{found, err}
	}
}

// restBetweenScans waits for the next scan.
func restBetweenScans() tea.Msg {
	return tea.Tick(scanWait, func(time.Time) tea.Msg { return scanDueMsg{} })()
}

// Init lists the processes, and queries the terminal's background color.
func (m *MachineModel) Init() tea.Cmd { return tea.Batch(m.scan(), tea.RequestBackgroundColor) }

// Update routes a message, and turns a panic of its commands into a message.
func (m *MachineModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.frame = ""
	return m, guardCommand(m.route(msg))
}

// route dispatches a message: keys and the mouse to what is on screen, everything else
// to all views, each of which knows its own.
func (m *MachineModel) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case *session.Panic:
		m.panicked = msg
		return tea.Quit
	case tui.Reply:
		return msg.Apply()
	case scanMsg:
		return m.setScan(msg)
	case scanDueMsg:
		if m.opened != nil { // the list is not on screen
			return m.access.rest
		}
		return m.scan()
	case watchMsg:
		return m.showProcess(msg)
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
		m.layout = newMachineLayout(msg.Width, msg.Height)
		m.currentPage().Resize(m.layout.body)
	case tea.BackgroundColorMsg:
		m.window.isDark = msg.IsDark()
		m.vc.Theme = m.newTheme()
		if t, ok := m.currentPage().(tui.Themed); ok {
			t.SetTheme(m.vc.Theme)
		}
	}
	cmds := []tea.Cmd{m.overlays.Update(msg), m.currentPage().Update(msg)}
	for _, v := range m.members {
		_, cmd := v.Update(msg)
		cmds = append(cmds, cmd)
	}
	return tea.Batch(cmds...)
}

// passOn passes input to the view that is on screen.
func (m *MachineModel) passOn(msg tea.Msg) tea.Cmd {
	_, cmd := m.opened.Update(msg)
	return cmd
}

// setScan shows what a scan found, and waits for the next.
func (m *MachineModel) setScan(msg scanMsg) tea.Cmd {
	m.failed = msg.err
	if msg.err != nil {
		return m.access.rest
	}
	m.vc.Processes, m.vc.Now = &msg.found, msg.found.Time
	m.vc.Watched = make(map[string]session.State, len(m.members))
	for k, v := range m.members {
		m.vc.Watched[k] = v.vc.State
	}
	if m.opened != nil {
		return m.access.rest
	}
	there := make(map[string]bool, len(msg.found.Processes))
	for _, p := range msg.found.Processes {
		there[p.Key()] = true
	}
	m.access.end(there)
	if m.vc.Paused {
		return m.access.rest
	}
	return tea.Batch(m.access.rest, m.currentPage().Refresh(false))
}

// openProcess opens the view of a process, as it was left.
func (m *MachineModel) openProcess(p process.Process) tea.Cmd {
	if v := m.members[p.Key()]; v != nil {
		m.opened = v
		return nil
	}
	if m.opening != "" {
		return nil
	}
	m.opening = p.Key()
	m.reportStatus(false, "Opening "+p.Name+theme.SymbolMore)
	watch := m.access.watch
	return func() tea.Msg {
		s, err := watch(p)
		return watchMsg{p, s, err}
	}
}

// showProcess shows the view of a process that was opened, or why it cannot be.
func (m *MachineModel) showProcess(msg watchMsg) tea.Cmd {
	m.opening = ""
	m.status.clear()
	if msg.err != nil {
		m.reportStatus(true, format.Capitalize(tui.Explain(msg.err)))
		return nil
	}
	v := New(msg.session, m.window.colors, m.window.ascii)
	v.recordWith(m.recorder)
	v.fleet = &fleetOf{name: "processes", leave: m.closeProcess}
	v.throttle = m.throttle
	m.members[msg.of.Key()], m.opened = v, v
	v.setBackground(m.window.isDark)
	v.setSize(m.width, m.window.height)
	return tea.Batch(v.setState(stateMsg{v, msg.session.State(), true}), v.currentPage().Refresh(true))
}

// closeProcess returns to the list.
func (m *MachineModel) closeProcess() tea.Cmd {
	m.opened = nil
	return m.showPage()
}

// routeKey offers a key to the overlays, then to the bindings, then to the page.
func (m *MachineModel) routeKey(msg tea.KeyPressMsg) tea.Cmd {
	if m.opening == "" {
		m.status.clear()
	}
	m.vc.Untouched = false
	if cmd, handled := m.overlays.Key(msg); handled {
		return cmd
	}
	for _, b := range machineBindings {
		if key.Matches(msg, b.key(m.vc.Keys)) {
			return b.do(m)
		}
	}
	for _, k := range keysOfOne(m.vc.Keys) {
		if key.Matches(msg, k) {
			m.reportStatus(false, "This key works on one process: enter opens it.")
			return nil
		}
	}
	return m.currentPage().Update(msg)
}
