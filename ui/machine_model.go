package ui

import (
	"time"

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

// scanWait is how long the list of processes rests between two scans.
const scanWait = 2 * time.Second

// machineModel is the live view of this machine: the list of its Go processes, of which
// those that serve pprof are watched.
type machineModel struct {
	*opener
	access machineAccess
	failed error // of the last scan
}

// machineAccess is how the view reaches the machine. scan is called by commands, by one at
// a time.
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
	case fleetMsg:
		m.setWatched(msg.state)
	}
	return nil, false
}

// setScan shows what a scan found, and waits for the next.
func (m *machineModel) setScan(msg scanMsg) tea.Cmd {
	m.failed = msg.err
	if msg.err != nil {
		return m.access.rest
	}
	m.vc.Processes = &msg.found
	if msg.found.Time.After(m.vc.Now) {
		m.vc.Now = msg.found.Time
	}
	return tea.Batch(m.access.rest, m.refreshPage(false))
}

// setWatched shows what is known of the processes that are watched.
func (m *machineModel) setWatched(st fleet.State) {
	watched := make(map[string]session.State, len(st.Members))
	for _, x := range st.Members {
		if !x.IsGone() {
			watched[x.TargetID] = x.State
		}
	}
	m.vc.Watched = watched
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
	m.reportStatus(false, "It was found just now: press enter again in a moment.")
	return nil
}

// bindings implements [listed]: it has no more than every list.
func (m *machineModel) bindings() []openerBinding { return nil }

// paneNames implements [listed].
func (m *machineModel) paneNames() []string { return nil }

// name implements [listed].
func (m *machineModel) name() string { return "processes" }

// noun implements [listed].
func (m *machineModel) noun() string { return "process" }

// returnFrom implements [listed]: the list goes on anyway.
func (m *machineModel) returnFrom(*Model) {}
