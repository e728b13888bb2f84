package ui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trend"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/chart"
)

// evidencePage shows why something is suspected: the series with its floor,
// what speaks for and against it, the stack, the cause and the fix.
type evidencePage struct {
	sh    *shared
	who   suspectID
	last  leak.Suspect // as last seen: it may be taken back meanwhile
	gone  bool
	chart chart.Model
	room  rect
	top   int      // first line shown, where not all fit
	text  []string // the chart, and what is said under it
}

// suspectID tells a suspect from the others through all polls.
type suspectID struct {
	kind     leak.Kind
	function string
	stack    string
}

func idOf(s leak.Suspect) suspectID {
	if s.Kind == leak.Goroutine && len(s.Stack) > 0 {
		s.Function = "" // a trace may name another meanwhile
	}
	return suspectID{s.Kind, s.Function, strings.Join(s.Stack, " ")}
}

func newEvidencePage(sh *shared, s leak.Suspect) page {
	unit := "bytes"
	if s.Kind == leak.Goroutine {
		unit = "count"
	}
	return &evidencePage{sh: sh, who: idOf(s), last: s, chart: chart.New(sh.theme, unit)}
}

// isOf reports whether the page is about a suspect.
func (p *evidencePage) isOf(s leak.Suspect) bool { return idOf(s) == p.who }

func (p *evidencePage) title() string { return "why " + p.last.Who() }

// subject is what the suspect is of, whatever the pane shows that led here.
func (p *evidencePage) subject() subject {
	switch p.who.kind {
	case leak.Heap:
		return liveHeap
	case leak.Goroutine:
		return goroutines
	}
	return subject{kind: source.Memory}
}

func (p *evidencePage) chartHeight() int { return max(0, min(10, p.room.h/3)) }

func (p *evidencePage) resize(r rect) {
	p.room = r
	p.chart.SetSize(max(0, r.w-2), p.chartHeight())
	p.draw()
}

func (p *evidencePage) refresh(bool) tea.Cmd {
	p.gone = true
	for _, s := range p.sh.state.Report.Suspects {
		if idOf(s) == p.who {
			p.last, p.gone = s, false
		}
	}
	p.draw()
	return nil
}

// series is the chart's: what the suspect held, and its floor.
func (p *evidencePage) series() chart.Data {
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

// draw writes the whole page: the chart goes out of the way of who scrolls on.
func (p *evidencePage) draw() {
	p.chart.SetData(p.series())
	p.text = nil
	if p.chartHeight() > 0 {
		for l := range strings.SplitSeq(p.chart.View(), "\n") {
			p.text = append(p.text, " "+l)
		}
	}
	for _, para := range p.paragraphs() {
		p.text = append(p.text, p.lines(para)...)
	}
	p.text = append(p.text, p.stack()...)
	p.scroll(0)
}

// scroll moves the text by some lines, as far as there are more.
func (p *evidencePage) scroll(by int) {
	p.top = max(0, min(p.top+by, len(p.text)-p.room.h))
}

func (p *evidencePage) update(msg tea.Msg) tea.Cmd {
	p.scroll(scrollBy(msg, p.room.h))
	return nil
}

func (p *evidencePage) view() string {
	return strings.Join(fill(p.text[min(p.top, len(p.text)):], p.room.w, p.room.h), "\n")
}

func (p *evidencePage) open() page {
	if g := p.last.Group; g != nil {
		e := groupEntry(g, p.sh.state.Report)
		return fromGroup(p.sh, &e)
	}
	return nil
}

func (p *evidencePage) hints() []key.Binding {
	k := p.sh.keys
	hints := []key.Binding{k.Back}
	if p.last.Group != nil {
		hints = append(hints, k.Open)
	}
	if len(p.text) > p.room.h {
		hints = append(hints, scrollHint)
	}
	return append(hints, wanting(p.sh, p.last)...)
}

func (p *evidencePage) help() []string {
	return []string{
		"Why this is suspected. The chart has the series and, behind it, its floor: at each moment the least it ever fell back to later, that is, what was never given back.",
		"\"unless\" says what would show that it is no leak. A verdict is taken back as soon as the growth stops.",
	}
}

func (p *evidencePage) place() string { return linesShown(p.top, p.room.h, len(p.text)) }
