package ui

import (
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
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

// newEvents makes the pane of what happened, the newest first.
func newEvents(sh *shared) page {
	cols := []column{
		{
			Column:  table.Column{ID: "time", Title: "TIME", Width: 8},
			cell:    func(e *entry) table.Cell { return table.Text(e.at.Local().Format(time.TimeOnly)) },
			compare: func(a, b *entry) int { return 0 },
			data:    func(e *entry) export.Cell { return export.Cell{Text: e.at.Format(time.RFC3339)} }, // the reader may be of another day, and zone
		},
		{
			Column: table.Column{ID: "kind", Title: "WHAT", Width: 11},
			cell: func(e *entry) table.Cell {
				m := eventMarks[e.flat]
				return table.Cell{Text: m.symbol + " " + string(m.kind), Tone: m.tone}
			},
			compare: func(a, b *entry) int { return 0 },
		},
		{
			Column:  table.Column{ID: "name", Title: "", Width: 30, Grow: 1, Search: true},
			cell:    func(e *entry) table.Cell { return table.Text(e.name) },
			compare: func(a, b *entry) int { return 0 },
		},
	}
	l := newList(sh, "Events", "Nothing has happened yet.", cols, eventRows, nil)
	l.about = []string{"What happened while watching: collections, restarts, failed polls, marks and verdicts. The charts show restarts and marks on their time axis. enter shows the whole of an event, or the evidence of a verdict that stands."}
	return eventList{l}
}

// eventList is a list with hints of its own: sample types and baselines mean
// nothing here.
type eventList struct{ *list }

// shows says that there are no differences to a baseline.
func (l eventList) shows() settings {
	s := l.list.shows()
	s.baseline = false
	return s
}

func (l eventList) hints() []key.Binding {
	k := l.sh.keys
	return []key.Binding{k.Open, k.Filter, k.Pause}
}

// open leads from a verdict to the evidence of what is suspected still.
func (l eventList) open() page {
	e := l.selected()
	if e == nil || eventMarks[e.flat].kind != profile.EventVerdict {
		return nil
	}
	for _, s := range l.sh.state.Report.Suspects {
		if strings.Contains(e.name, s.Who()) {
			return newEvidencePage(l.sh, s)
		}
	}
	return nil
}

// instead is the whole of an event that leads nowhere: its row may be cut.
func (l eventList) instead() string {
	e := l.selected()
	if e == nil {
		return l.empty
	}
	return e.at.Local().Format(time.TimeOnly) + " " + string(eventMarks[e.flat].kind) + ": " + e.name
}

func eventRows(q shared) []entry {
	evs := q.state.Events
	out := make([]entry, 0, len(evs))
	for i := len(evs) - 1; i >= 0; i-- {
		ev := evs[i]
		e := entry{
			key: strconv.Itoa(i) + ev.Time.Format(time.RFC3339Nano), name: ev.Text,
			at: ev.Time, flat: int64(len(eventMarks) - 1),
		}
		for j, m := range eventMarks {
			if m.kind == ev.Kind {
				e.flat = int64(j)
			}
		}
		out = append(out, e)
	}
	return out
}
