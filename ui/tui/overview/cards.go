package overview

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// card is what the screen says about one suspect: what it does and where, and how fast.
// Numbers, names and places are never cut: what does not fit is left out.
type card struct {
	leak.Suspect
}

// head returns the word for the suspect with the letter that tags its rows.
func (c card) head() string {
	return report.SuspectHead(c.Confidence).String() + " " + tui.CardName(c.Suspect)
}

// position returns where to look: "cart.go:41", "" if unknown.
func (c card) position() string {
	if c.File == "" || c.Line <= 0 {
		return ""
	}
	return c.File[strings.LastIndexByte(c.File, '/')+1:] + ":" + strconv.Itoa(c.Line)
}

// ownRate returns the growth with its unit.
func (c card) ownRate() string { return format.PerHourNamed(c.GrowthPerHour, c.Unit) }

// rate returns the growth, also in the objects that the cause mentions.
func (c card) rate(interval bool) string {
	s := c.ownRate()
	if interval {
		s += " (" + c.interval() + ")"
	}
	if noun, per := c.CountedObjects(); noun != "" {
		s = format.Growth(per, "count") + " " + noun + "/h = " + s
	}
	return s
}

// interval returns the 90% interval of the rate in the unit of the rate, as in the
// sentence.
func (c card) interval() string {
	low := max(0, c.Low)
	if format.IsNamed(c.Unit) || c.GrowthPerHour == 0 {
		return format.Count(int(math.Round(low))) + "–" + format.Count(int(math.Round(c.High)))
	}
	n, _ := format.BytesUnit(c.GrowthPerHour)
	by := n / c.GrowthPerHour
	return format.TwoDigits(low*by) + "–" + format.TwoDigits(c.High*by)
}

// growthOf names the total growth that suspects of a kind have a share of.
var growthOf = map[leak.Kind]string{leak.Heap: "heap growth", leak.Goroutine: "goroutine growth"}

// facts returns the facts that follow the rate, the most important first.
func (c card) facts() []string {
	var out []string
	if c.HoursToLimit > 0 {
		out = append(out, "limit in "+format.Hours(c.HoursToLimit))
	}
	if since := report.ShortOnset(c.Suspect, time.Local); since != "" {
		out = append(out, since)
	}
	if what, ok := growthOf[c.Kind]; ok && c.Share > 0 {
		out = append(out, strconv.Itoa(int(math.Round(100*c.Share)))+"% of the "+what)
	}
	if c.Holds > 0 {
		out = append(out, "holding "+format.PerHour(c.Holds, "bytes"))
	}
	return out
}

// claim returns what the suspect does in w columns: with less of the package if needed,
// but never cut; "" if it does not fit.
func (c card) claim(w int) string {
	for _, name := range []string{c.Claim.Subject, format.FitFunc(c.Claim.Subject, len(c.Claim.Subject)-1)} {
		if s := c.Claim.Before + name + c.Claim.After; format.Width(s) <= w {
			return s
		}
	}
	return ""
}

// line returns the whole card on one line of w columns.
func (c card) line(w int) string {
	if c.Claim.String() == "" {
		return format.Fit(c.Sentence, w)
	}
	rate, name, place := c.rate(false), c.Label(), c.position()
	if len(c.facts()) > 0 && c.HoursToLimit > 0 {
		rate += ", " + c.facts()[0] // the time left is what matters
	}
	if place != "" {
		place = " " + place
	}
	own := c.ownRate()
	bare := format.FitFunc(name, len(name)-1) // without its package
	short := c.Claim.Before + format.FitFunc(c.Claim.Subject, len(c.Claim.Subject)-1) + c.Claim.After
	texts := []string{
		rate + "  " + c.Claim.String() + place, rate + "  " + c.Claim.String(), rate + "  " + name + place,
		own + "  " + c.Claim.String(), own + "  " + short, own + "  " + name + place, own + "  " + bare + place,
	}
	for _, s := range texts {
		if format.Width(s) <= w {
			return s
		}
	}
	return own + "  " + format.FitFunc(name, max(1, w-2-format.Width(own)))
}

// isWhole reports whether one line of w columns has everything that two lines would have:
// what the suspect does, and where.
func (c card) isWhole(w int) bool {
	if c.Claim.String() == "" {
		return format.Width(c.Sentence) <= w
	}
	line := c.line(w)
	return strings.Contains(line, c.Claim.Before) && strings.HasSuffix(line, c.Claim.After+c.spaced(c.position()))
}

// spaced returns s after a space, or "" if s is empty.
func (c card) spaced(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

// lines returns the card on two lines of w columns: what and where, then how fast. The
// cause is never left out: if it does not fit next to the name, it is on the second
// line.
func (c card) lines(w int) []string {
	if c.Claim.String() == "" {
		return upTo(2, format.WrapIndented(c.Sentence, w, ""), w)
	}
	place, own := c.position(), c.ownRate()
	rates := []string{c.rate(true), c.rate(false), own}
	if whole := c.Claim.String() + "  " + place; place != "" && format.Width(whole) <= w {
		return []string{whole, c.addFacts(format.FirstFit(w, rates...), w)}
	}
	if first := c.claim(w); first != "" {
		for i := range rates {
			rates[i] = strings.TrimPrefix(place+"  "+rates[i], "  ")
		}
		return []string{first, c.addFacts(format.FirstFit(w, rates...), w)}
	}
	cause := strings.TrimSpace(c.Claim.Before + c.Claim.After)
	if format.Width(cause) > w { // a screen narrower than any that terminals have
		return []string{format.FirstFit(w, c.Label()+"  "+place, format.FitFunc(c.Label(), w)), c.addFacts(format.FirstFit(w, rates...), w)}
	}
	name := format.FitFunc(c.Label(), max(1, w-2-format.Width(own)))
	return []string{strings.TrimSpace(format.FirstFit(w, own+"  "+c.Label()+"  "+place, own+"  "+c.Label(), own+"  "+name)), cause}
}

// addFacts adds the facts that have room to a line.
func (c card) addFacts(line string, w int) string {
	for _, f := range c.facts() {
		if s := line + " " + theme.SymbolDot + " " + f; format.Width(s) <= w {
			line = s
		}
	}
	return line
}

// cardWidth returns the width of a card's text on a screen of w columns.
func (c card) cardWidth(w int) int { return w - 4 - format.Width(c.head()) }

// maxCards is the maximum number of suspects to lay out: more than any screen has room
// for.
const maxCards = 8

// NeededLines returns how many lines the verdict needs on a screen of w columns: the
// suspects to show what they do and where, or else all sentences.
func NeededLines(vc *tui.ViewContext, w int) (n int) {
	all := vc.State.Report.Suspects
	if len(all) == 0 {
		return len(laySentences(vc, w, maxSentenceLines).lines)
	}
	for _, s := range all[:min(len(all), maxCards)] {
		n++
		if c := (card{s}); !c.isWhole(c.cardWidth(w)) {
			n++
		}
	}
	return n
}

// addCards adds the suspects: each on two lines if there is room, or if it does not fit
// on one, as long as the others have one line each. The last line counts the suspects
// without a line.
func (v *verdictText) addCards(r leak.Report) {
	v.first = len(v.lines)
	room := v.last - v.first
	spare := max(0, room-len(r.Suspects)) // lines beyond one for each
	for i, sus := range r.Suspects {
		left := len(r.Suspects) - i
		if i > 0 && left > 1 && len(v.lines) == v.last-1 {
			v.addRest(i, len(r.Suspects))
			return
		}
		c := card{sus}
		width := c.cardWidth(v.w)
		text := []string{c.line(width)}
		double := 2*len(r.Suspects) <= room
		if !double && spare > 0 && !c.isWhole(width) {
			double = true
			spare--
		}
		if double {
			text = c.lines(width)
		}
		if sus.WantsCreator && v.vc.Keys.NameCreators.Enabled() {
			ask := " " + theme.SymbolDot + " " + v.vc.Keys.NameCreators.Help().Key + " shows what starts them"
			last := len(text) - 1
			text[last] = c.askFor(text[last], ask, width, double)
		}
		v.addCard(report.SuspectHead(sus.Confidence).Tone, c.head(), text)
	}
}

// askFor appends a hint to the last line of a card, which it shortens if needed.
func (c card) askFor(line, ask string, w int, double bool) string {
	switch {
	case format.Width(line+ask) <= w:
		return line + ask
	case double:
		return format.FirstFit(w, c.rate(true)+ask, c.rate(false)+ask, c.rate(false))
	}
	return format.FirstFit(w, c.line(w-format.Width(ask))+ask, line)
}

// addCard adds the lines of a card after its head.
func (v *verdictText) addCard(tone theme.Tone, head string, text []string) {
	for i, l := range text {
		if len(v.lines) >= v.last {
			break
		}
		if i == 0 {
			l = " " + v.vc.Theme.Render(tone, head) + "  " + l
		} else {
			l = format.Blank(format.Width(head)+3) + l
		}
		v.lines = append(v.lines, l)
	}
	v.ends = append(v.ends, len(v.lines))
}

// maxNames is the maximum number of letters listed for the suspects without a line.
const maxNames = 6

// addRest says which suspects have no line, and where to find them.
func (v *verdictText) addRest(from, n int) {
	names := make([]string, 0, n-from)
	for _, more := range v.vc.State.Report.Suspects[from:n] {
		names = append(names, tui.CardName(more))
	}
	slices.Sort(names)
	shown := strings.Join(names, " ")
	if len(names) > maxNames {
		shown = strings.Join(names[:maxNames], " ") + " …"
	}
	v.addSentence(theme.Dim, theme.SymbolMore, format.Count(n-from)+" more, "+shown+": v steps through them; their rows have the letter")
}

// compactVerdict returns the verdict in at most w columns, for the status line of a
// page that has the whole screen.
func compactVerdict(vc *tui.ViewContext, w int) string {
	r := vc.State.Report
	if len(r.Suspects) == 0 {
		head := verdictLine(vc).Head
		return vc.Theme.Render(head.Tone, format.Fit(head.String(), w))
	}
	c := card{r.Suspects[0]}
	head, more := c.head(), ""
	if n := len(r.Suspects) - 1; n > 0 {
		more = "  +" + strconv.Itoa(n) + " more"
	}
	rate, name := "  "+format.PerHour(c.GrowthPerHour, c.Unit), "  "+c.Label()
	bare := "  " + format.FitFunc(c.Label(), len(c.Label())-1) // without its package
	text := format.FirstFit(w, head+rate+name+more, head+rate+name, head+rate+bare, head+bare+more, head+bare, head+more, head)
	text = format.Fit(text, w)
	return vc.Theme.Render(report.SuspectHead(c.Confidence).Tone, head) + strings.TrimPrefix(text, head)
}
