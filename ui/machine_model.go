package ui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/processes"
)

// scanWait is the time between two scans of the processes.
const scanWait = 2 * time.Second

// machineModel is the live view of this machine: the list of its Go processes, of which
// those that serve pprof are watched.
type machineModel struct {
	*opener
	access machineAccess
	failed error         // of the last scan
	held   *process.Scan // the newest one while the screen is paused; nil for none
}

// machineAccess is how the view examines the machine. Commands call scan, one at a time.
type machineAccess struct {
	scan func() (process.Scan, error)
	rest tea.Cmd // ends with a scanDueMsg when it is time for the next scan
}

// newMachineModel returns the view of this machine for a terminal with these colors. f is
// the fleet of the processes that serve pprof. ascii means that the terminal does not
// display Unicode.
func newMachineModel(f *fleet.Fleet, a machineAccess, colors colorprofile.Profile, ascii bool) *machineModel {
	m := &machineModel{access: a}
	m.opener = newOpener(f, m, 1, colors, ascii)
	m.nav.panes = []tui.Page{processes.New(m.vc, m.openProcess)}
	return m
}

// scanMsg carries what a scan found.
type scanMsg struct {
	found process.Scan
	err   error
}

// scanDueMsg says that it is time for the next scan.
type scanDueMsg struct{}

// restBetweenScans waits for the next scan.
func restBetweenScans() tea.Msg {
	return tea.Tick(scanWait, func(time.Time) tea.Msg { return scanDueMsg{} })()
}

// start implements [listed]: it lists the processes.
func (m *machineModel) start() tea.Cmd {
	list := m.access.scan
	return func() tea.Msg {
		found, err := list()
		return scanMsg{found, err}
	}
}

// apply implements [listed].
func (m *machineModel) apply(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case scanMsg:
		return m.setScan(msg), true
	case scanDueMsg:
		return m.start(), true
	}
	return nil, false
}

// setScan shows what a scan found, and waits for the next.
func (m *machineModel) setScan(msg scanMsg) tea.Cmd {
	m.failed = msg.err
	switch {
	case msg.err != nil:
		return m.access.rest
	case m.vc.Paused:
		m.held = &msg.found
		return m.access.rest
	}
	m.showScan(&msg.found)
	return tea.Batch(m.access.rest, m.refreshPage(false))
}

func (m *machineModel) showScan(found *process.Scan) {
	m.vc.Processes, m.held = found, nil
	if found.Time.After(m.vc.Now) {
		m.vc.Now = found.Time
	}
}

// setFleet implements [listed]: it shows what is known about the watched processes.
func (m *machineModel) setFleet(vc *tui.ViewContext, st fleet.State) {
	watched := make(map[string]session.State, len(st.Members))
	for _, x := range st.Members {
		if !x.IsGone() {
			watched[x.TargetID] = x.State
		}
	}
	vc.Watched = watched
}

// openProcess opens the view of a process, as it was left.
func (m *machineModel) openProcess(p process.Process) tea.Cmd {
	if _, ok := p.Pprof(); !ok {
		m.reportStatus(true, format.Capitalize(tui.Explain(source.ExplainNoPprof(p))))
		return nil
	}
	for _, x := range m.vc.Fleet.Members {
		if x.TargetID == p.Key() && !x.IsGone() {
			return m.openMember(x.ID)
		}
	}
	m.reportStatus(false, "This process has just been found: press enter again in a moment.")
	return nil
}

// bindings implements [listed]: pausing stops the scans too.
func (m *machineModel) bindings() []openerBinding {
	return []openerBinding{{func(k tui.KeyMap) key.Binding { return k.Pause }, func(o *opener, msg tea.KeyPressMsg) tea.Cmd {
		if m.held != nil {
			m.showScan(m.held)
		}
		return o.togglePause(msg)
	}}}
}

// paneNames implements [listed].
func (m *machineModel) paneNames() []string { return nil }

// name implements [listed].
func (m *machineModel) name() string { return "processes" }

// noun implements [listed].
func (m *machineModel) noun() string { return "process" }

// returnFrom implements [listed]: the list needs nothing from the view.
func (m *machineModel) returnFrom(*Model) {}
