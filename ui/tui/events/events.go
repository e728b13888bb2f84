// Package events is the pane of what happened while watching.
package events

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/evidence"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// eventMark is the appearance of a kind of event.
type eventMark struct {
	kind   profile.EventKind
	symbol string
	tone   theme.Tone
}

// eventMarks are the appearances of the kinds of events; the last is for all
// others.
var eventMarks = []eventMark{
	{profile.EventRestart, theme.SymbolRestart, theme.Bad},
	{profile.EventFailed, theme.SymbolFailed, theme.Bad},
	{profile.EventRecovered, theme.SymbolOK, theme.Good},
	{profile.EventMark, theme.SymbolMark, theme.Accent},
	{profile.EventVerdict, theme.SymbolLeak, theme.Warn},
	{profile.EventGC, theme.SymbolDot, theme.Dim},
	{profile.EventNote, theme.SymbolDot, theme.Plain},
}

// row is one event.
type row struct {
	list.Label // its name is its text
	at         time.Time
	mark       int // index of eventMarks
}

// columns are those of the pane. An exported time has its date and zone: the reader
// may be in another zone, or read it on another day.
var columns = []list.Column[*row]{
	{
		Column: table.Column{ID: "time", Title: "TIME", Width: 8},
		Cell:   func(r *row) table.Cell { return table.Text(r.at.Local().Format(time.TimeOnly)) },
		Data:   func(r *row) export.Cell { return export.Cell{Text: r.at.Format(time.RFC3339)} },
	},
	{
		Column: table.Column{ID: "kind", Title: "WHAT", Width: 11},
		Cell: func(r *row) table.Cell {
			m := eventMarks[r.mark]
			return table.Cell{Text: m.symbol + " " + string(m.kind), Tone: m.tone}
		},
	},
	{
		Column: table.Column{ID: "name", Title: "", Width: 30, Grow: 1, Search: true},
		Cell:   func(r *row) table.Cell { return table.Text(r.Name) },
	},
}

// empty is shown while there are no events.
const empty = "Nothing has happened yet."

// New makes the pane of events, newest first.
func New(vc *tui.ViewContext) tui.Page {
	return pane{list.New(vc, list.Spec[*row]{
		Name: "Events", Empty: empty, Columns: columns, Rows: makeRows,
		About: []string{"What happened while watching: collections, restarts, failed polls, marks and verdicts. The charts show restarts and marks on their time axis. enter shows the whole of an event, or the evidence of a verdict that still holds."},
	})}
}

// pane is a list with its own hints: sample types and baselines do not apply here.
type pane struct{ *list.List[*row] }

// Shows reports that there are no differences to a baseline.
func (p pane) Shows() tui.Settings {
	s := p.List.Shows()
	s.Baseline = false
	return s
}

// Hints omits the sample type and the baseline.
func (p pane) Hints() []key.Binding {
	k := p.Context().Keys
	return []key.Binding{k.Open, k.Filter, k.Pause}
}

// Open leads from a verdict to the evidence, if the suspect still exists.
func (p pane) Open() tui.Page {
	r, ok := p.Selected()
	if !ok || eventMarks[r.mark].kind != profile.EventVerdict {
		return nil
	}
	vc := p.Context()
	for _, s := range vc.State.Report.Suspects {
		if strings.Contains(r.Name, s.Label()) {
			return evidence.New(vc, s)
		}
	}
	return nil
}

// Instead returns the whole text of an event that opens nothing: its row may be
// cut.
func (p pane) Instead() string {
	r, ok := p.Selected()
	if !ok {
		return empty
	}
	return r.at.Local().Format(time.TimeOnly) + " " + string(eventMarks[r.mark].kind) + ": " + r.Name
}

func makeRows(q tui.ViewContext) []*row {
	events := q.State.Events
	out := make([]row, 0, len(events))
	for i, e := range slices.Backward(events) {
		mark := slices.IndexFunc(eventMarks, func(m eventMark) bool { return m.kind == e.Kind })
		if mark < 0 {
			mark = len(eventMarks) - 1
		}
		key := strconv.Itoa(i) + e.Time.Format(time.RFC3339Nano)
		out = append(out, row{list.Label{Key: key, Name: e.Text}, e.Time, mark})
	}
	return list.Pointers(out)
}
