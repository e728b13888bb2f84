package evidence

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/tui"
)

// textPage is a chart with paragraphs below it, which scroll together.
type textPage struct {
	vc    *tui.ViewContext
	chart chart.Model
	room  tui.Rect
	top   int      // first visible line
	text  []string // the chart, and the text below it
}

// maxChart is the maximum height of the chart.
const maxChart = 10

// chartHeight returns the height of the chart, which leaves most of a low screen to the
// text.
func (p *textPage) chartHeight() int {
	if p.room.H < 3*maxChart {
		return max(0, min(maxChart, p.room.H/4))
	}
	return maxChart
}

func (p *textPage) setRoom(r tui.Rect) {
	p.room = r
	p.chart.SetSize(max(0, r.W-2), p.chartHeight())
}

// startText draws the chart; the paragraphs follow.
func (p *textPage) startText(d chart.Data) {
	if p.vc.State.Replay != nil {
		d.End = p.vc.FormatClock(p.vc.State.Now)
	}
	p.chart.SetData(d)
	p.text = nil
	if p.chartHeight() > 0 {
		for l := range strings.SplitSeq(p.chart.View(), "\n") {
			p.text = append(p.text, " "+l)
		}
	}
}

// scrollBy scrolls the text by some lines, up to its ends.
func (p *textPage) scrollBy(by int) {
	p.top = max(0, min(p.top+by, len(p.text)-p.room.H))
}

// Update implements [tui.Page].
func (p *textPage) Update(msg tea.Msg) tea.Cmd {
	p.scrollBy(tui.ScrollBy(msg, p.room.H))
	return nil
}

// View implements [tui.Page].
func (p *textPage) View() string {
	return strings.Join(tui.Fill(p.text[min(p.top, len(p.text)):], p.room.W, p.room.H), "\n")
}

// Position implements [tui.Page].
func (p *textPage) Position() string { return tui.LinesShown(p.top, p.room.H, len(p.text)) }
