// Package events is the pane that lists what happened during the watch.
package events

import (
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
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
	list.Label        // its name is its text
	brief      string // short text for the table, with the numbers first; empty to show the whole text
	at         time.Time
	day        string // empty if the time of day is enough
	mark       int    // index of eventMarks
	suspect    profile.EventSuspect
}

// columns are the columns of the pane. An exported time has its date and zone, since
// its reader may be in another zone, or read it on another day.
var columns = []list.Column[*row]{
	{
		Column:      table.Column{ID: "day", Title: "DAY", Width: 6},
		Cell:        func(r *row) table.Cell { return table.Text(r.day) },
		IsOnlyShown: true,
	},
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
		Cell: func(r *row) table.Cell {
			if r.brief != "" {
				return table.Text(r.brief)
			}
			return table.Text(r.Name)
		},
		Data: func(r *row) export.Cell { return export.Cell{Text: r.Name} },
	},
}

// empty is shown while there are no events.
const empty = "Nothing has happened yet."

// eventFilter is a choice of kinds of events.
type eventFilter struct {
	name  string
	shows func(profile.EventKind) bool
}

// eventFilters are the choices. Collections are so frequent that they would hide the
// rest.
var eventFilters = []eventFilter{
	{"all but gc", func(k profile.EventKind) bool { return k != profile.EventGC }},
	{"verdicts", func(k profile.EventKind) bool { return k == profile.EventVerdict }},
	{"faults", func(k profile.EventKind) bool {
		return k == profile.EventRestart || k == profile.EventFailed || k == profile.EventRecovered
	}},
	{"all", func(profile.EventKind) bool { return true }},
}

// filterKey chooses the next of eventFilters.
var filterKey = tui.Bind("f", "kinds", "f")

// New makes the pane of events, newest first.
func New(vc *tui.ViewContext) tui.Page {
	p := &pane{}
	p.List = list.New(vc, list.Spec[*row]{
		Name: "Events", Empty: empty, Columns: columns, Hide: hideDay,
		Rows:  func(q tui.ViewContext) []*row { return makeRows(q, eventFilters[p.chosen.Load()].shows) },
		About: []string{"What happened while watching: restarts, failed polls, marks and verdicts. The charts show restarts and marks on their time axis. f switches between kinds; garbage collections are shown only with all. enter shows the evidence for a verdict that still holds; for other events it puts a cursor on the charts and shows the whole text."},
	})
	return p
}

// pane is a list with its own hints: sample types and baselines do not apply here.
type pane struct {
	*list.List[*row]
	chosen atomic.Int32 // index of eventFilters; rows are made in a command
	height int          // of the page, in lines
}

// Update handles the key that chooses kinds.
func (p *pane) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && key.Matches(k, filterKey) {
		p.chosen.Store((p.chosen.Load() + 1) % int32(len(eventFilters)))
		return p.Refresh(true)
	}
	return p.List.Update(msg)
}

// Position says which kinds are shown.
func (p *pane) Position() string {
	return strings.TrimSpace(eventFilters[p.chosen.Load()].name + "  " + p.List.Position())
}

// textLines is the number of lines below the table for the whole text of the selected
// event, and minHeight the minimum height of a page with them.
const (
	textLines = 2
	minHeight = 9
)

// Resize keeps lines below the table for the text of the selected event.
func (p *pane) Resize(r tui.Rect) {
	p.height = r.H
	if r.H >= minHeight {
		r.H -= textLines
	}
	p.List.Resize(r)
}

// View draws the table, and below it the text of the selected event if its row does not
// show all of it.
func (p *pane) View() string {
	view := p.List.View()
	lines := tui.Fill(strings.Split(view, "\n"), p.Width(), p.height)
	r, ok := p.Selected()
	if !ok || strings.Contains(view, r.Name) {
		return strings.Join(lines, "\n")
	}
	text := format.WrapIndented(r.Name, p.Width()-1, " ")
	free := p.height - 1 - len(p.Shown())
	if p.height >= minHeight {
		free = max(free, textLines)
	}
	if text = text[:max(0, min(len(text), free))]; len(text) > 0 {
		copy(lines[len(lines)-len(text):], text)
	}
	return strings.Join(lines, "\n")
}

// PageKeys returns the keys in the help.
func (p *pane) PageKeys() tui.KeyGroup {
	g := tui.TableKeys()
	g.Title, g.Keys = "Events", append([]key.Binding{filterKey}, g.Keys...)
	return g
}

// Shows reports that there are no differences to a baseline.
func (p *pane) Shows() tui.Settings {
	s := p.List.Shows()
	s.Baseline = false
	return s
}

// Hints omits the sample type and the baseline.
func (p *pane) Hints() []key.Binding {
	k := p.Context().Keys
	return []key.Binding{k.Open, filterKey, k.Filter, k.Pause}
}

// Open returns the evidence for the verdict of the selected event, if the suspect still
// exists.
func (p *pane) Open() tui.Page {
	r, ok := p.Selected()
	if !ok || eventMarks[r.mark].kind != profile.EventVerdict {
		return nil
	}
	vc := p.Context()
	for _, s := range vc.State.Report.Suspects {
		if string(s.Kind) == r.suspect.Kind && s.Label() == r.suspect.Label {
			return evidence.New(vc, s)
		}
	}
	return nil
}

// Moment returns when the selected event happened.
func (p *pane) Moment() (at time.Time, text string, ok bool) {
	r, ok := p.Selected()
	if !ok {
		return at, "", false
	}
	return r.at, p.Context().FormatClock(r.at) + " " + string(eventMarks[r.mark].kind) + ": " + r.Name, true
}

// Instead is shown if there is no event to open.
func (p *pane) Instead() string { return empty }

// hideDay hides the days if the time of day is enough.
func hideDay(rows []*row) []string {
	if len(rows) > 0 && rows[0].day != "" {
		return nil
	}
	return []string{"day"}
}

func makeRows(q tui.ViewContext, shows func(profile.EventKind) bool) []*row {
	events, showsDays := q.State.Events, format.NeedsDays(q.WatchTime())
	out := make([]row, 0, len(events))
	for i, e := range slices.Backward(events) {
		if !shows(e.Kind) {
			continue
		}
		mark := slices.IndexFunc(eventMarks, func(m eventMark) bool { return m.kind == e.Kind })
		if mark < 0 {
			mark = len(eventMarks) - 1
		}
		key := strconv.Itoa(i) + e.Time.Format(time.RFC3339Nano)
		r := row{Label: list.Label{Key: key, Name: report.DescribeEvent(e)}, at: e.Time, mark: mark, suspect: e.Suspect}
		if e.Suspect.Claim != "" {
			r.brief = "leak: " + format.PerHourNamed(e.Suspect.PerHour, e.Suspect.Unit) + "  " + e.Suspect.Claim
		}
		if showsDays {
			r.day = e.Time.Local().Format("2 Jan")
		}
		out = append(out, r)
	}
	return list.Pointers(out)
}
