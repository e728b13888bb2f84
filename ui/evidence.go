package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trend"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
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
	top   int
	text  []string
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

func (p *evidencePage) title() string { return "why " + p.last.Who() }

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

func (p *evidencePage) draw() {
	p.chart.SetData(p.series())
	var out []string
	for _, para := range p.paragraphs() {
		out = append(out, p.lines(para)...)
	}
	p.text = append(out, p.where()...)
	p.top = max(0, min(p.top, len(p.text)-p.listHeight()))
}

// paragraphs is what is to be said, without the stack.
func (p *evidencePage) paragraphs() []export.Paragraph {
	s := p.last
	all := []export.Paragraph{
		{Head: string(s.Confidence), Text: s.Sentence},
		{Head: "because", Text: strings.Join(s.Evidence, " "+theme.SymbolDot+" ")},
		{Head: "next", Text: nextStep(p.sh, s)},
		{Head: "cause", Text: s.Cause},
		{Head: "fix", Text: s.Fix},
		{Head: "for example", Text: strings.TrimRight(s.Example, "\n"), Code: true},
		{Head: "unless", Text: strings.Join(s.Disproof, " "+theme.SymbolDot+" ")},
		{Head: "caveat", Text: p.sh.state.Report.Caveat},
	}
	for _, w := range warnings(p.sh) {
		all = append(all, export.Paragraph{Head: "warning", Text: w})
	}
	if p.gone {
		all = append([]export.Paragraph{{Head: "taken back", Text: takenBack}}, all...)
	}
	return slices.DeleteFunc(all, func(a export.Paragraph) bool { return a.Text == "" })
}

const takenBack = "The growth has stopped, or it is no longer as even as a leak's. What stood here before:"

// lines draws a paragraph: its head on the left, its text beside it.
func (p *evidencePage) lines(para export.Paragraph) []string {
	const indent = "             "
	t := p.sh.theme
	tone := theme.Dim
	switch para.Head {
	case string(p.last.Confidence):
		tone = suspectTone(p.last)
	case "fix", "taken back":
		tone = theme.Good
	}
	var text []string
	if para.Code {
		for l := range strings.SplitSeq(para.Text, "\n") {
			text = append(text, indent+t.Render(theme.Accent, strings.ReplaceAll(l, "\t", "    ")))
		}
	} else {
		text = wrap(para.Text, p.room.w-1, indent)
	}
	text[0] = " " + t.Render(tone, pad(para.Head, len(indent)-2)) + " " + strings.TrimPrefix(text[0], indent)
	return text
}

// where is the stack, a function a line.
func (p *evidencePage) where() []string {
	var out []string
	for i, name := range p.last.Stack {
		head := ""
		if i == 0 {
			head = "stack"
		}
		line := name
		if name == p.last.Function && p.last.File != "" {
			line += fmt.Sprintf("  %s:%d", p.last.File, p.last.Line)
			line = p.sh.theme.Render(theme.Accent, format.Fit(format.Clean(line), p.room.w-13))
		} else {
			line = format.Clean(line)
		}
		out = append(out, " "+p.sh.theme.Render(theme.Dim, pad(head, 11))+" "+line)
	}
	return out
}

func (p *evidencePage) listHeight() int { return max(0, p.room.h-p.chartHeight()) }

func (p *evidencePage) update(msg tea.Msg) tea.Cmd {
	move := scrollBy(msg, p.listHeight())
	p.top = max(0, min(p.top+move, len(p.text)-p.listHeight()))
	return nil
}

// toTheEnd is more lines than any text has.
const toTheEnd = 1 << 20

// scrollBy is how many lines a message scrolls a text of h lines.
func scrollBy(msg tea.Msg, h int) int {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		switch msg.String() {
		case "down", "j":
			return 1
		case "up", "k":
			return -1
		case "pgdown", "ctrl+d":
			return h / 2
		case "pgup", "ctrl+u":
			return -h / 2
		case "home":
			return -toTheEnd
		case "end":
			return toTheEnd
		}
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			return -3
		}
		return 3
	}
	return 0
}

func (p *evidencePage) view() string {
	var lines []string
	if n := p.chartHeight(); n > 0 {
		for _, l := range strings.Split(p.chart.View(), "\n") {
			lines = append(lines, pad(" "+l, p.room.w))
		}
	}
	for i := 0; len(lines) < p.room.h; i++ {
		l := ""
		if p.top+i < len(p.text) {
			l = p.text[p.top+i]
		}
		lines = append(lines, pad(l, p.room.w))
	}
	return strings.Join(lines[:p.room.h], "\n")
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
	return append([]key.Binding{k.Back, k.Open}, wanting(p.sh, p.last)...)
}

func (p *evidencePage) help() []string {
	return []string{
		"Why this is suspected. The chart has the series and, behind it, its floor: at each moment the least it ever fell back to later, that is, what was never given back.",
		"\"unless\" says what would show that it is no leak. A verdict is taken back as soon as the growth stops.",
	}
}

func (p *evidencePage) place() string {
	if len(p.text) <= p.listHeight() {
		return ""
	}
	return fmt.Sprintf("lines %d–%d of %d", p.top+1, min(p.top+p.listHeight(), len(p.text)), len(p.text))
}
