package evidence

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// WhyNot shows why the row of a table is not suspected: its series, what it looks
// like, and what would make it suspicious.
type WhyNot struct {
	textPage
	row tui.Row
}

// NewWhyNot returns the page on a row that is not suspected.
func NewWhyNot(vc *tui.ViewContext, r tui.Row) *WhyNot {
	if r.Kind == "" {
		r.Kind = vc.Kind
	}
	unit := "bytes"
	if r.Kind == profile.Goroutine {
		unit = "count"
	}
	return &WhyNot{textPage: textPage{vc: vc, chart: chart.New(vc.Theme, unit)}, row: r}
}

// Title implements [tui.Page].
func (w *WhyNot) Title() string { return "why not " + profile.ShortName(w.row.Name) }

// Subject returns the profile that was judged.
func (w *WhyNot) Subject() tui.Subject {
	if w.row.Kind == profile.Goroutine {
		return tui.Goroutines
	}
	return tui.LiveHeap
}

// At returns the line that the row is about.
func (w *WhyNot) At() profile.Frame { return tui.BlamedLine(w.vc.GroupOf(w.row), w.row.Blame) }

// Resize implements [tui.Page].
func (w *WhyNot) Resize(r tui.Rect) {
	w.setRoom(r)
	w.drawText()
}

// Refresh implements [tui.Page].
func (w *WhyNot) Refresh(bool) tea.Cmd {
	w.drawText()
	return nil
}

// SetTheme implements [tui.Themed].
func (w *WhyNot) SetTheme(t theme.Theme) {
	w.chart.SetTheme(t)
	w.drawText()
}

func (w *WhyNot) drawText() {
	g := w.vc.GroupOf(w.row)
	w.startText(groupData(g))
	for _, para := range w.buildParagraphs(g) {
		w.text = append(w.text, w.drawParagraph(para)...)
	}
	w.text = append(w.text, w.drawStack(w.listFrames(g))...)
	w.scrollBy(0)
}

// evaluation returns the newest evaluation of the row.
func (w *WhyNot) evaluation(g *profile.Group) leak.Evaluation {
	if g != nil {
		return w.vc.State.Report.Group(g)
	}
	return w.row.Evaluation
}

// head returns the word for the row's verdict.
func (w *WhyNot) head(e leak.Evaluation) report.Head {
	switch s := e.Shape; {
	case w.vc.SuspectOf(w.row) >= 0:
		return report.Head{Tone: theme.Good, Symbol: theme.SymbolSteady, Word: "suspected"}
	case s == leak.ShapeNone:
		return report.Head{Tone: theme.Good, Symbol: theme.SymbolSteady, Word: "not judged"}
	case !s.IsHarmless():
		return report.UndecidedHead
	}
	return report.Head{Tone: theme.Good, Symbol: theme.SymbolSteady, Word: "not a leak"}
}

// buildParagraphs returns the text, without the stack.
func (w *WhyNot) buildParagraphs(g *profile.Group) []export.Paragraph {
	e := w.evaluation(g)
	head := w.head(e)
	out := []export.Paragraph{{Head: head.Word, Tone: head.Tone, Text: strings.TrimSuffix(w.reason(g, e), ".") + "."}}
	add := func(head, text string) {
		if text != "" {
			out = append(out, export.Paragraph{Head: head, Text: text})
		}
	}
	at := tui.BlamedLine(g, w.row.Blame)
	if at.Func != nil {
		add("where", at.Func.Name+"  "+formatPosition(at.Func.File, at.Line))
	}
	for _, m := range describeMeasures(g, e) {
		add(m.Head, m.Text)
	}
	if w.vc.IsOneProfile() {
		return out
	}
	if e.Shape != leak.ShapeNone {
		add("looks like", tui.VerdictWord(e.Shape)+": "+e.Shape.Means())
	}
	add("unless", w.whatWouldShowIt())
	if r := w.vc.State.Report; r.Verdict != leak.Leaks { // otherwise the caveat is about what leaks
		add("coverage", r.Caveat.String())
	}
	return out
}

// whatWouldShowIt says what would make the row a suspect.
func (w *WhyNot) whatWouldShowIt() string {
	const how = "evenly, by more than chance explains, until the end of the "
	switch r := w.vc.State.Replay; {
	case r != nil && r.Pair:
		return "Two profiles show a difference, but not how it came about. For a verdict give three or more, or a recording."
	case r != nil && !r.IsLive:
		return "It would be a suspect if it had kept growing " + how + "time shown."
	}
	return "It becomes a suspect if it keeps growing " + how + "watch."
}

// reason returns why the row is not suspected.
func (w *WhyNot) reason(g *profile.Group, e leak.Evaluation) string {
	text := format.Capitalize(e.Text)
	switch {
	case w.vc.SuspectOf(w.row) >= 0:
		return "It has since become a suspect: v shows the evidence."
	case w.vc.IsOneProfile():
		return oneProfile
	case g == nil:
		return "What this function itself is blamed for does not grow enough to be judged. Its callees may grow: the Growing pane shows which functions are blamed."
	case text == "" && e.Shape == leak.ShapeNone:
		return "It has changed too little to be judged."
	case text == "":
		return format.Capitalize(e.Shape.Means())
	}
	return text
}

// describeMeasures returns what a group holds, and how fast that grows.
func describeMeasures(g *profile.Group, e leak.Evaluation) []export.Paragraph {
	if g == nil || len(g.Points) == 0 {
		return nil
	}
	unit := "bytes"
	if g.Kind == profile.Goroutine {
		unit = "goroutines"
	}
	first, last := g.Points[0], g.Points[len(g.Points)-1]
	held := format.Value(last.Value, unit)
	if span := last.Time.Sub(first.Time); span > 0 {
		held += ", " + format.Delta(last.Value-first.Value, unit) + " in " + format.Duration(span)
	}
	out := []export.Paragraph{{Head: "holds", Text: held}}
	if r := e.Rate; r.IsKnown() {
		rate := format.PerHour(r.PerHour, unit)
		if format.NeedsDays(r.Over) {
			rate += ", " + format.PerDay(r.PerHour, unit)
		}
		out = append(out, export.Paragraph{Head: "rate", Text: rate + " over " + format.Duration(r.Over) + ", 90% CI " + format.PerHour(r.Low, unit) + " to " + format.PerHour(r.High, unit)})
	}
	return out
}

// oneProfile is why a row of a single profile has no verdict.
const oneProfile = "One profile shows what is held, not what grows. Give a second one to compare"

// listFrames returns the heaviest stack of the row.
func (w *WhyNot) listFrames(g *profile.Group) []frameSource {
	st := w.row.Stack
	if st == nil && g != nil && len(g.Stacks) > 0 {
		st = g.Stacks[0]
	}
	if st == nil {
		return nil
	}
	out := make([]frameSource, st.Depth())
	for i, f := range st.Frames() {
		out[i] = frameSource{name: f.Func.Name, at: formatPosition(f.Func.File, f.Line), own: f.Func == w.row.Blame}
	}
	return out
}

// groupData returns the series of a group.
func groupData(g *profile.Group) chart.Data {
	if g == nil {
		return chart.Data{}
	}
	pts := make([]chart.Point, len(g.Points))
	for i, q := range g.Points {
		pts[i] = chart.Point{T: q.Time.AsTime(), V: float64(q.Value)}
	}
	return chart.Data{Line: [][]chart.Point{pts}}
}

// Document returns the text, with the stack as a table.
func (w *WhyNot) Document() func(*export.Document) {
	g := w.vc.GroupOf(w.row)
	text, frames, h, sel := w.buildParagraphs(g), w.listFrames(g), w.vc.History, profile.Selection{Kind: profile.Heap, Type: "inuse_space"}
	if w.row.Kind == profile.Goroutine {
		sel = profile.Selection{Kind: profile.Goroutine, Type: "goroutine"}
	}
	return func(d *export.Document) {
		if x, ok := h.Extract(sel); ok && g != nil {
			var stacks list.StackSet
			stacks.AddGroup(g)
			x = x.Filter(stacks.Has)
			d.Profile = &x
		}
		d.Text = append(d.Text, text...)
		d.Tables = append(d.Tables, stackTable(frames))
		d.View = export.View{}
	}
}

// Open implements [tui.Page].
func (w *WhyNot) Open() tui.Page { return nil }

// Hints implements [tui.Page].
func (w *WhyNot) Hints() []key.Binding {
	hints := []key.Binding{w.vc.Keys.Back}
	if len(w.text) > w.room.H {
		hints = append(hints, tui.ScrollHint)
	}
	return hints
}

// Help implements [tui.Page].
func (w *WhyNot) Help() []string {
	return []string{"Why a row is not suspected: its values over time, what they look like, and what would make them suspicious. v opens the evidence for the first suspect."}
}
