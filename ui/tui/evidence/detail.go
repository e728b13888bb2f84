package evidence

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// detail draws what is shown next to a table: the evidence for the selected row, or why
// it is not suspected, and its source.
type detail struct {
	vc   *tui.ViewContext
	w    int
	out  []string
	tone theme.Tone
}

// sourceContext is how many lines of source are shown above and below the line.
const sourceContext = 4

// Detail draws the details of a row in h lines of w columns. source has the lines of
// the row's file; none if they are unknown.
func Detail(vc *tui.ViewContext, r tui.Row, source []string, w, h int) []string {
	d := &detail{vc: vc, w: w, tone: theme.Good}
	if i := vc.SuspectOf(r); i >= 0 {
		s := vc.State.Report.Suspects[i]
		head := report.SuspectHead(s.Confidence)
		d.tone = head.Tone
		d.addHead(head.String()+" "+tui.CardName(s), s.Sentence)
		d.addSource(r.At, source)
		d.addPart("began", report.DescribeOnset(s, time.Local))
		d.addPart("cause", s.Cause)
		d.addPart("fix", s.Fix)
		d.addCode(s.Example)
		d.addPart("next", nextStep(vc, s))
		d.addPart("because", strings.Join(report.ListEvidence(s), " "+theme.SymbolDot+" "))
		d.addPart("unless", strings.Join(s.Disproof, " "+theme.SymbolDot+" "))
	} else {
		page := NewWhyNot(vc, r)
		paras := page.buildParagraphs(vc.GroupOf(r))
		head := page.head(page.evaluation(vc.GroupOf(r)))
		d.tone = head.Tone
		d.addHead(head.String(), profile.ShortName(r.Name)+": "+paras[0].Text)
		d.addSource(r.At, source)
		for _, p := range paras[1:] {
			if p.Head != "where" {
				d.addPart(p.Head, p.Text)
			}
		}
	}
	d.addStack(r)
	if len(d.out) > h && h > 0 {
		d.out = append(d.out[:h-1:h-1], d.vc.Theme.Render(theme.Dim, theme.SymbolMore+" v shows all of it"))
	}
	return tui.Fill(d.out, w, h)
}

func (d *detail) addHead(head, text string) {
	lines := format.WrapIndented(head+"  "+text, d.w, "")
	if len(lines) > 0 && strings.HasPrefix(lines[0], head) {
		lines[0] = d.vc.Theme.Render(d.tone, head) + strings.TrimPrefix(lines[0], head)
	}
	d.out = append(d.out, lines...)
}

// addPart adds a paragraph after its head.
func (d *detail) addPart(head, text string) {
	if text == "" {
		return
	}
	lines := format.WrapIndented(head+": "+text, d.w, "")
	if strings.HasPrefix(lines[0], head+":") {
		lines[0] = d.vc.Theme.Render(theme.Dim, head+":") + strings.TrimPrefix(lines[0], head+":")
	}
	d.out = append(d.out, lines...)
}

// addCode adds an example.
func (d *detail) addCode(code string) {
	if code = strings.TrimRight(code, "\n"); code == "" {
		return
	}
	for _, l := range wrapCode(code, d.w-2) {
		d.out = append(d.out, "  "+d.vc.Theme.Render(theme.Accent, l))
	}
}

// addSource adds the source lines around a position, or only the position.
func (d *detail) addSource(at profile.Frame, source []string) {
	if at.Func == nil || at.Func.File == "" {
		return
	}
	t := d.vc.Theme
	d.out = append(d.out, t.Render(theme.Dim, format.FitFunc(format.Clean(formatPosition(at.Func.File, at.Line)), d.w)))
	if at.Line <= 0 || at.Line > len(source) {
		return
	}
	first, last := max(1, at.Line-sourceContext), min(len(source), at.Line+sourceContext)
	indent := commonIndent(source[first-1 : last])
	digits := len(strconv.Itoa(last))
	for n := first; n <= last; n++ {
		text := strings.TrimPrefix(source[n-1], indent)
		number := format.PadLeft(strconv.Itoa(n), digits)
		if n == at.Line {
			d.out = append(d.out, t.Render(theme.Accent, format.Fit("→ "+number+" "+text, d.w)))
		} else {
			d.out = append(d.out, t.Render(theme.Dim, "  "+number+" ")+format.Fit(text, d.w-digits-3))
		}
	}
}

// commonIndent returns the whitespace that all lines begin with.
func commonIndent(lines []string) string {
	indent, found := "", false
	for _, l := range lines {
		bare := strings.TrimLeft(l, " ")
		if bare == "" {
			continue
		}
		if own := l[:len(l)-len(bare)]; !found || len(own) < len(indent) {
			indent, found = own, true
		}
	}
	return indent
}

// addStack adds the heaviest stack of the row, without the runtime's frames.
func (d *detail) addStack(r tui.Row) {
	st := r.Stack
	if g := d.vc.GroupOf(r); st == nil && g != nil && len(g.Stacks) > 0 {
		st = g.Stacks[0]
	}
	if st == nil {
		return
	}
	t := d.vc.Theme
	d.out = append(d.out, t.Render(theme.Dim, "stack:"))
	frames := slices.DeleteFunc(st.FrameList(), func(f profile.Frame) bool { return f.Func.Class == profile.ClassRuntime })
	for _, f := range frames {
		at := formatPosition(f.Func.File[strings.LastIndexByte(f.Func.File, '/')+1:], f.Line)
		tone := theme.Plain
		if f.Func == r.Blame {
			tone = theme.Accent
		}
		name := format.FitFunc(format.Clean(profile.ShortName(f.Func.Name)), max(8, d.w-format.Width(at)-4))
		d.out = append(d.out, "  "+t.Render(tone, name)+"  "+t.Render(theme.Dim, format.Clean(at)))
	}
}
