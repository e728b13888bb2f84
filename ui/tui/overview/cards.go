package overview

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// card is what the screen says of one suspect: what it does and where, and how fast.
// Numbers, names and places are never cut: what has no room is left out.
type card struct {
	leak.Suspect
	index int // among the suspects
}

// head returns the word for the suspect with the letter that tags its rows.
func (c card) head() string {
	return tui.SuspectHead(c.Suspect) + " " + tui.CardName(c.index)
}

// place returns where to look: "cart.go:41", "" if unknown.
func (c card) place() string {
	if c.File == "" || c.Line <= 0 {
		return ""
	}
	return c.File[strings.LastIndexByte(c.File, '/')+1:] + ":" + strconv.Itoa(c.Line)
}

// rate returns the growth, in the objects that the cause speaks of too.
func (c card) rate(interval bool) string {
	s := format.PerHour(c.GrowthPerHour, c.Unit)
	if c.Unit == "goroutines" {
		s = strings.TrimSuffix(s, "/h") + " goroutines/h"
	}
	if interval {
		s += " (" + c.interval() + ")"
	}
	if noun, per := c.CountedObjects(); noun != "" {
		s = format.PerHour(per, "count") + " " + noun + " = " + s
		s = strings.Replace(s, "/h "+noun, " "+noun+"/h", 1)
	}
	return s
}

// interval returns the 90% interval of the rate, in its unit.
func (c card) interval() string {
	low := max(0, c.Low)
	if c.Unit == "goroutines" {
		return format.Count(int(math.Round(low))) + "–" + format.Count(int(math.Round(c.High)))
	}
	bare := func(v float64) string {
		return strings.TrimPrefix(strings.TrimSuffix(format.PerHour(v, c.Unit), "/h"), "+")
	}
	return bare(low) + " – " + bare(c.High)
}

// facts returns what follows the rate, the most important first.
func (c card) facts() []string {
	var out []string
	if c.HoursToLimit > 0 {
		out = append(out, "limit in "+leak.Hours(c.HoursToLimit))
	}
	if since := report.ShortOnset(c.Suspect, time.Local); since != "" {
		out = append(out, since)
	}
	if c.Share > 0 {
		kind := "heap"
		if c.Kind == leak.Goroutine {
			kind = "goroutine"
		}
		out = append(out, strconv.Itoa(int(math.Round(100*c.Share)))+"% of the "+kind+" growth")
	}
	if c.Holds > 0 {
		out = append(out, "holding "+format.PerHour(c.Holds, "bytes"))
	}
	return out
}

// claim returns what it does, in a width: with less of the package, never cut; ""
// if there is no room for it.
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
	rate, name, place := c.rate(false), c.Label(), c.place()
	if len(c.facts()) > 0 && c.HoursToLimit > 0 {
		rate += ", " + c.facts()[0] // the time left is the news
	}
	if place != "" {
		place = " " + place
	}
	own := format.PerHour(c.GrowthPerHour, c.Unit)
	texts := []string{rate + "  " + c.Claim.String() + place, rate + "  " + c.Claim.String()}
	if c.claim(1<<10) != c.Claim.String() {
		texts = append(texts, rate+"  "+c.claim(1<<10))
	}
	texts = append(texts, rate+"  "+name+place, own+"  "+c.Claim.String(), own+"  "+name+place)
	for _, s := range texts {
		if format.Width(s) <= w {
			return s
		}
	}
	return own + "  " + format.FitFunc(name, max(1, w-2-format.Width(own)))
}

// lines returns the card on two lines of w columns: what and where, then how fast.
func (c card) lines(w int) []string {
	if c.Claim.String() == "" {
		return upTo(2, format.WrapIndented(c.Sentence, w, ""), w)
	}
	first := c.claim(w)
	if place := c.place(); place != "" && format.Width(c.Claim.String())+2+format.Width(place) <= w {
		first = c.Claim.String() + "  " + place
	} else if first == "" {
		first = format.FirstFit(w, c.Label()+"  "+place, format.FitFunc(c.Label(), w))
	}
	second := c.rate(true)
	second = format.FirstFit(w, second, c.rate(false), format.PerHour(c.GrowthPerHour, c.Unit))
	for _, f := range c.facts() {
		if s := second + " " + theme.SymbolDot + " " + f; format.Width(s) <= w {
			second = s
		}
	}
	return []string{first, second}
}

// addCards adds the suspects: on two lines each if there is room, else on one. The
// last line counts those that have none.
func (s *verdictText) addCards(r leak.Report) {
	s.first = len(s.lines)
	room := s.last - s.first
	double := 2*len(r.Suspects) <= room
	for i, sus := range r.Suspects {
		left := len(r.Suspects) - i
		if i > 0 && left > 1 && len(s.lines) == s.last-1 {
			s.addRest(i, len(r.Suspects))
			return
		}
		c := card{sus, i}
		head := c.head()
		width := s.w - 4 - format.Width(head)
		text := []string{c.line(width)}
		if double {
			text = c.lines(width)
		}
		if sus.WantsCreator {
			ask := " " + theme.SymbolDot + " " + s.vc.Keys.NameCreators.Help().Key + " names who starts them"
			last := len(text) - 1
			text[last] = c.askFor(text[last], ask, width, double)
		}
		s.addCard(tui.SuspectTone(sus), head, text)
	}
}

// askFor appends a hint to the last line of a card, which is shortened for it.
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
func (s *verdictText) addCard(tone theme.Tone, head string, text []string) {
	for i, l := range text {
		if len(s.lines) >= s.last {
			break
		}
		if i == 0 {
			l = " " + s.vc.Theme.Render(tone, head) + "  " + l
		} else {
			l = format.Blank(format.Width(head)+3) + l
		}
		s.lines = append(s.lines, l)
	}
	s.ends = append(s.ends, len(s.lines))
}

// addRest says which suspects have no line, and where they are.
func (s *verdictText) addRest(from, n int) {
	names := tui.CardName(from)
	if n-from > 1 {
		names += "–" + tui.CardName(n-1)
	}
	s.addSentence(theme.Dim, theme.SymbolMore, format.Count(n-from)+" more, "+names+": v goes through them, their rows have the letter")
}

// CompactVerdict returns the verdict in at most w columns, for the status line of a
// page that has the whole screen.
func CompactVerdict(vc *tui.ViewContext, w int) string {
	r := vc.State.Report
	if len(r.Suspects) == 0 {
		tone, head, _ := verdictLine(vc)
		return vc.Theme.Render(tone, format.Fit(head, w))
	}
	c := card{r.Suspects[0], 0}
	head, more := c.head(), ""
	if n := len(r.Suspects) - 1; n > 0 {
		more = "  +" + strconv.Itoa(n) + " more"
	}
	body := "  " + format.PerHour(c.GrowthPerHour, c.Unit) + "  " + c.Label()
	text := format.FirstFit(w, head+body+more, head+body, head+more, head)
	text = format.Fit(text, w)
	return vc.Theme.Render(tui.SuspectTone(c.Suspect), head) + strings.TrimPrefix(text, head)
}
