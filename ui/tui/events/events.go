package events

import (
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

// eventMarks says how a kind of event looks.
var eventMarks = []struct {
	kind   profile.EventKind
	symbol string
	tone   theme.Tone
}{
	{profile.EventRestart, theme.SymbolRestart, theme.Bad},
	{profile.EventFailed, theme.SymbolFailed, theme.Bad},
	{profile.EventRecovered, theme.SymbolOK, theme.Good},
	{profile.EventMark, theme.SymbolMark, theme.Accent},
	{profile.EventVerdict, theme.SymbolLeak, theme.Warn},
	{profile.EventGC, theme.SymbolDot, theme.Dim},
	{profile.EventNote, theme.SymbolDot, theme.Plain},
}

// New makes the pane of what happened, the newest first.
func New(vc *tui.ViewContext) tui.Page {
	cols := []list.Column{
		{
			Column:  table.Column{ID: "time", Title: "TIME", Width: 8},
			Cell:    func(e *list.Entry) table.Cell { return table.Text(e.At.Local().Format(time.TimeOnly)) },
			Compare: func(a, b *list.Entry) int { return 0 },
			Data:    func(e *list.Entry) export.Cell { return export.Cell{Text: e.At.Format(time.RFC3339)} }, // the reader may be of another day, and zone
		},
		{
			Column: table.Column{ID: "kind", Title: "WHAT", Width: 11},
			Cell: func(e *list.Entry) table.Cell {
				m := eventMarks[e.Flat]
				return table.Cell{Text: m.symbol + " " + string(m.kind), Tone: m.tone}
			},
			Compare: func(a, b *list.Entry) int { return 0 },
		},
		{
			Column:  table.Column{ID: "name", Title: "", Width: 30, Grow: 1, Search: true},
			Cell:    func(e *list.Entry) table.Cell { return table.Text(e.Name) },
			Compare: func(a, b *list.Entry) int { return 0 },
		},
	}
	l := list.New(vc, "Events", "Nothing has happened yet.", cols, eventRows, nil)
	l.About = []string{"What happened while watching: collections, restarts, failed polls, marks and verdicts. The charts show restarts and marks on their time axis. enter shows the whole of an event, or the evidence of a verdict that stands."}
	return pane{l}
}

// pane is a list with hints of its own: sample types and baselines mean
// nothing here.
type pane struct{ *list.List }

// Shows says that there are no differences to a baseline.
func (l pane) Shows() tui.Settings {
	s := l.List.Shows()
	s.Baseline = false
	return s
}

func (l pane) Hints() []key.Binding {
	k := l.VC.Keys
	return []key.Binding{k.Open, k.Filter, k.Pause}
}

// Open leads from a verdict to the evidence of what is suspected still.
func (l pane) Open() tui.Page {
	e := l.Selected()
	if e == nil || eventMarks[e.Flat].kind != profile.EventVerdict {
		return nil
	}
	for _, s := range l.VC.State.Report.Suspects {
		if strings.Contains(e.Name, s.Who()) {
			return evidence.New(l.VC, s)
		}
	}
	return nil
}

// Instead is the whole of an event that leads nowhere: its row may be cut.
func (l pane) Instead() string {
	e := l.Selected()
	if e == nil {
		return l.Empty
	}
	return e.At.Local().Format(time.TimeOnly) + " " + string(eventMarks[e.Flat].kind) + ": " + e.Name
}

func eventRows(q tui.ViewContext) []list.Entry {
	evs := q.State.Events
	out := make([]list.Entry, 0, len(evs))
	for i := len(evs) - 1; i >= 0; i-- {
		ev := evs[i]
		e := list.Entry{
			Key: strconv.Itoa(i) + ev.Time.Format(time.RFC3339Nano), Name: ev.Text,
			At: ev.Time, Flat: int64(len(eventMarks) - 1),
		}
		for j, m := range eventMarks {
			if m.kind == ev.Kind {
				e.Flat = int64(j)
			}
		}
		out = append(out, e)
	}
	return out
}
