// Package evidence is the page that shows why something is suspected.
package evidence

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trend"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/growing"
)

// Page shows why something is suspected: the series with its floor, the evidence
// for and against it, the stack, the cause and the fix.
type Page struct {
	textPage
	suspect   suspectID
	last      leak.Suspect // as last seen: it may have been withdrawn since
	withdrawn bool
}

// suspectID identifies a suspect through all polls.
type suspectID struct {
	kind     leak.Kind
	function string
	stack    string
}

func idOf(s leak.Suspect) suspectID {
	if s.Kind == leak.Goroutine && len(s.Stack) > 0 {
		s.Function = "" // a trace may name another one later
	}
	return suspectID{s.Kind, s.Function, strings.Join(s.Stack, " ")}
}

// New returns the page that shows why something is suspected.
func New(vc *tui.ViewContext, s leak.Suspect) tui.Page {
	unit := "bytes"
	if format.IsNamed(s.Unit) {
		unit = "count"
	}
	return &Page{textPage: textPage{vc: vc, chart: chart.New(vc.Theme, unit)}, suspect: idOf(s), last: s}
}

// At returns the line to blame.
func (p *Page) At() profile.Frame {
	if g := p.last.Group; g != nil && g.Blame != nil && g.Blame.Name == p.last.Function {
		return profile.Frame{Func: g.Blame, Line: p.last.Line}
	}
	if p.last.Function == "" {
		return profile.Frame{}
	}
	return profile.Frame{Func: &profile.Function{Name: p.last.Function, File: p.last.File}, Line: p.last.Line}
}

// IsOf reports whether the page is about a suspect.
func (p *Page) IsOf(s leak.Suspect) bool { return idOf(s) == p.suspect }

// Title implements [tui.Page].
func (p *Page) Title() string { return "why " + p.last.Label() }

// Subject returns the profile of the suspect, whatever the pane that led here
// shows.
func (p *Page) Subject() tui.Subject {
	switch p.suspect.kind {
	case leak.Heap:
		return tui.LiveHeap
	case leak.Goroutine:
		return tui.Goroutines
	}
	return tui.Subject{Kind: source.Memory}
}

// Resize implements [tui.Page].
func (p *Page) Resize(r tui.Rect) {
	p.setRoom(r)
	p.drawText()
}

// Refresh implements [tui.Page].
func (p *Page) Refresh(bool) tea.Cmd {
	p.withdrawn = true
	for _, s := range p.vc.State.Report.Suspects {
		if idOf(s) == p.suspect {
			p.last, p.withdrawn = s, false
		}
	}
	p.drawText()
	return nil
}

// chartData returns the data of the chart: what the suspect held, and its floor.
func (p *Page) chartData() chart.Data {
	s := p.last
	at := func(pts []trend.Point) []chart.Point {
		out := make([]chart.Point, len(pts))
		for i, q := range pts {
			out[i] = chart.Point{T: s.Origin.Add(time.Duration(q.T * float64(time.Second))), V: q.V}
		}
		return out
	}
	return chart.Data{Line: [][]chart.Point{at(s.Points)}, Other: [][]chart.Point{at(s.Floor)}}
}

// drawText draws the whole page. The chart scrolls with the text.
func (p *Page) drawText() {
	p.startText(p.chartData())
	for _, para := range p.buildParagraphs() {
		p.text = append(p.text, p.drawParagraph(para)...)
	}
	p.text = append(p.text, p.drawStack(stackOf(p.last))...)
	p.scrollBy(0)
}

// Open implements [tui.Page].
func (p *Page) Open() tui.Page {
	if g := p.last.Group; g != nil {
		return growing.RowOf(g, p.vc.State.Report).Open(p.vc)
	}
	return nil
}

// Hints implements [tui.Page].
func (p *Page) Hints() []key.Binding {
	k := p.vc.Keys
	hints := []key.Binding{k.Back}
	if p.last.Group != nil {
		hints = append(hints, k.Open)
	}
	if len(p.text) > p.room.H {
		hints = append(hints, tui.ScrollHint)
	}
	return append(hints, keysFor(p.vc, p.last)...)
}

// Help implements [tui.Page].
func (p *Page) Help() []string {
	return []string{
		"Why this is suspected. The chart shows the series and, behind it, its floor: at each moment the lowest value from then on, that is, what was never given back.",
		"\"unless\" says what would disprove it. The verdict is withdrawn as soon as the growth stops.",
	}
}

// SetTheme implements [tui.Themed].
func (p *Page) SetTheme(t theme.Theme) {
	p.chart.SetTheme(t)
	p.drawText()
}
