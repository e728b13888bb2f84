package evidence

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// buildParagraphs returns the text, without the stack.
func (p *Page) buildParagraphs() []export.Paragraph {
	s := p.last
	head := report.SuspectHead(s.Confidence)
	all := []export.Paragraph{
		{Head: head.Word, Tone: head.Tone, Text: s.Sentence},
		{Head: "where", Text: strings.TrimSpace(format.Clean(s.Function) + "  " + format.Clean(formatPosition(s.File, s.Line)))},
		{Head: "began", Text: report.DescribeOnset(s, time.Local)},
		{Head: "cause", Text: s.Cause},
		{Head: "fix", Tone: theme.Good, Text: s.Fix},
		{Head: "for example", Text: strings.TrimRight(s.Example, "\n"), IsCode: true},
		{Head: "because", Text: strings.Join(report.ListEvidence(s), " "+theme.SymbolDot+" ")},
		{Head: "next", Text: nextStep(p.vc, s)},
		{Head: "unless", Text: strings.Join(s.Disproof, " "+theme.SymbolDot+" ")},
		{Head: "caveat", Text: p.vc.State.Report.Caveat.String()},
	}
	for _, w := range tui.OtherTexts(p.vc) {
		all = append(all, export.Paragraph{Head: "warning", Text: w})
	}
	if p.withdrawn {
		all = append([]export.Paragraph{{Head: "taken back", Tone: theme.Good, Text: withdrawnText}}, all...)
	}
	return slices.DeleteFunc(all, func(a export.Paragraph) bool { return a.Text == "" })
}

const withdrawnText = "The growth has stopped, or is no longer as even as that of a leak. The evidence up to then:"

// headColumn is the column at which the text of paragraphs begins.
const headColumn = 13

// drawParagraph draws a paragraph: its head on the left, its text next to it.
func (p *textPage) drawParagraph(para export.Paragraph) []string {
	t, room := p.vc.Theme, max(8, p.room.W-1-headColumn)
	words := strings.Split(para.Text, " ")
	for i, w := range words {
		words[i] = breakPath(w, room)
	}
	text := format.WrapIndented(strings.Join(words, " "), room, "")
	if para.IsCode {
		text = wrapCode(para.Text, room)
		for i, l := range text {
			text[i] = t.Render(theme.Accent, l)
		}
	}
	return p.putHead(para.Head, cmp.Or(para.Tone, theme.Dim), text)
}

// breakPath inserts a space after a slash where a long name or path should be broken.
// The part after the last slash is never broken.
func breakPath(word string, room int) string {
	if format.Width(word) <= room {
		return word
	}
	i := strings.LastIndexByte(word[:min(room, len(word))], '/')
	if i <= 0 || i+1 == len(word) {
		return word
	}
	return word[:i+1] + " " + breakPath(word[i+1:], room)
}

// putHead puts a head before the first line, and spaces before the others.
func (p *textPage) putHead(head string, tone theme.Tone, text []string) []string {
	out := make([]string, len(text))
	for i, l := range text {
		if i == 0 {
			out[i] = " " + p.vc.Theme.Render(tone, format.Pad(head, headColumn-2)) + " " + l
		} else {
			out[i] = format.Blank(headColumn) + l
		}
	}
	return out
}

// frameSource is a function on a stack and its position in the source, if known.
type frameSource struct {
	name, at string
	own      bool // the blamed function
}

// stackOf returns the heaviest stack of a suspect.
func stackOf(s leak.Suspect) []frameSource {
	var frames []profile.Frame
	if s.Group != nil && len(s.Group.Stacks) > 0 {
		frames = s.Group.Stacks[0].FrameList()
	}
	out := make([]frameSource, len(s.Stack))
	for i, name := range s.Stack {
		f := frameSource{name: name, own: name == s.Function}
		switch {
		case f.own:
			f.at = formatPosition(s.File, s.Line)
		case i < len(frames) && frames[i].Func.Name == name:
			f.at = formatPosition(frames[i].Func.File, frames[i].Line)
		}
		out[i] = f
	}
	if s.Function != "" && !slices.Contains(s.Stack, s.Function) { // it is to blame, but has returned
		out = append(out, frameSource{name: "created by " + s.Function, at: formatPosition(s.File, s.Line), own: true})
	}
	return out
}

// formatPosition formats a line of a file: "/src/shop/cart.go:41".
func formatPosition(file string, line int) string {
	if file == "" || line <= 0 {
		return file
	}
	return file + ":" + strconv.Itoa(line)
}

// drawStack draws the stack, one function per line with its position: next to it if
// everything fits, else below it. A path that is still too long is cut from the
// left, since its end and the line suffice to find the place.
func (p *textPage) drawStack(frames []frameSource) []string {
	room := max(8, p.room.W-1-headColumn)
	var out []string
	for _, f := range frames {
		name, at, tone := format.FitFunc(format.Clean(f.name), room), format.Clean(f.at), theme.Plain
		if f.own {
			tone = theme.Accent
		}
		left := room - format.Width(name) - 2
		switch {
		case at == "":
			out = append(out, p.vc.Theme.Render(tone, name))
		case format.Width(at) <= left, !f.own && left >= minPosition:
			out = append(out, p.vc.Theme.Render(tone, name)+"  "+p.vc.Theme.Render(theme.Dim, format.FitFunc(at, left)))
		default:
			out = append(out, p.vc.Theme.Render(tone, name), "  "+p.vc.Theme.Render(theme.Dim, format.FitFunc(at, room-2)))
		}
	}
	return p.putHead("stack", theme.Dim, out)
}

// minPosition is the minimum width of a position next to a function.
const minPosition = 24
