// Package processes is the page with the Go processes of this machine, like top.
package processes

import (
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// Opener opens the view of a process.
type Opener func(process.Process) tea.Cmd

// page has a row for each process, and says more of the selected one.
type page struct {
	*list.List[*Row]
	open Opener
	room tui.Rect
}

// Row is one process.
type Row struct {
	list.Label
	Process process.Process
	up      time.Duration
	watched *session.State // nil if it is not watched
}

// New makes the page. It shows the processes in the context.
func New(vc *tui.ViewContext, open Opener) *page {
	return &page{open: open, List: list.New(vc, list.Spec[*Row]{
		Name: "Processes", Empty: "No Go process was found among those that this user may examine.",
		Columns: processColumns(), Rows: makeRows, Hide: hideEmpty,
		About: []string{
			"The Go processes of this machine, those that use the most memory first. They are recognized by the build information in their executables; the figures are the kernel's. leaktop tries their ports on loopback for pprof.",
			"Those that serve pprof are watched, each within its own --cost: VERDICT shows what is known. enter opens one; esc comes back. / filters by name, module, user, PID and port.",
		},
	})}
}

// makeRows makes a row for each process.
func makeRows(q tui.ViewContext) []*Row {
	if q.Processes == nil {
		return nil
	}
	out := make([]*Row, len(q.Processes.Processes))
	for i, p := range q.Processes.Processes {
		r := &Row{Process: p}
		r.Key = p.Key()
		if st, ok := q.Watched[r.Key]; ok {
			r.watched = &st
		}
		r.Name = strings.Join([]string{p.Name, p.Program.Module, p.User, fmt.Sprint(p.PID), portsText(p)}, " ")
		if now := q.Processes.Time; !p.Start.IsZero() && now.After(p.Start) {
			r.up = now.Sub(p.Start)
		}
		out[i] = r
	}
	return out
}

// Choose opens the process under the cursor.
func (p *page) Choose() tea.Cmd {
	if r, ok := p.Selected(); ok {
		return p.open(r.Process)
	}
	return nil
}

// Hints implements [tui.Page].
func (p *page) Hints() []key.Binding {
	k := p.Context().Keys
	return []key.Binding{tui.Bind("enter", "open", "enter"), k.Filter, list.SortHint, k.Pause}
}

// portsText returns all that a process listens on.
func portsText(p process.Process) string {
	out := make([]string, len(p.Listeners))
	for i, l := range p.Listeners {
		out[i] = l.Label()
	}
	return strings.Join(out, " ")
}
