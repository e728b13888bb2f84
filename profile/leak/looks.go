package leak

import (
	"fmt"

	"github.com/leaktop/leaktop/profile/trend"
)

// words are what the column of a table says for a reason.
var words = map[reason]string{
	tooShort: "…", flat: "steady", noise: "~", sawTooth: "saw", stepped: "step", stopped: "warm-up",
	uneven: "bursts", slowing: "slowing", following: "load", rising: "rising", growing: "suspect",
}

// Words are what [Look.Word] can be, and what each means: for a help text.
var Words = []struct{ Word, Means string }{
	{"leak", "kept, evenly and until now"},
	{"suspect", "may become one"},
	{"rising", "too early to tell"},
	{"load", "follows the load"},
	{"saw", "gives back what it takes"},
	{"step", "came in few steps"},
	{"bursts", "not evenly"},
	{"slowing", "ever less"},
	{"warm-up", "filled, then held"},
	{"~", "could be chance"},
	{"steady", "does not grow"},
	{"…", "too few profiles yet"},
}

// look says what a series that is no finding looks like.
func (s *series) look(g growth) Look {
	l := Look{Word: words[g.why]}
	switch g.why {
	case flat:
		if s.heap() {
			l.Text = fmt.Sprintf("floor flat through %d collections", len(s.value)-1)
		} else {
			l.Text = "floor flat for " + span(trend.Span(s.value))
		}
	case noise:
		l.Text = "what grew could be chance"
	case sawTooth:
		if n := len(g.saw.Troughs); n > 1 {
			l.Text = fmt.Sprintf("up and down every %s, floor flat through %d teeth", span(g.saw.Period()), n)
		} else {
			l.Text = "gives back what it takes"
		}
	case stepped:
		l.Text = fmt.Sprintf("came in few steps: the largest three are %d%%", int(100*g.even.TopThree))
	case stopped:
		l.Text = s.filled()
	case uneven:
		l.Text = "grows in bursts, not evenly"
	case slowing:
		l.Text = fmt.Sprintf("slowing down: %d%% of the growth in the first third, %d%% in the last quarter", int(100*g.even.FirstThird), int(100*g.even.LastQuarter))
	case following:
		l.Text = "follows the load: most of what comes goes again"
	case rising:
		l.Text = fmt.Sprintf("rising for %s: too early to tell", span(g.window))
	}
	return l
}

// filled says how long a series grew, and that it holds since.
func (s *series) filled() string {
	f := trend.Floor(s.value)
	first, last := f[0], f[len(f)-1]
	rise := last.V - first.V
	from, to := first.T, last.T
	for _, p := range f {
		if p.V <= first.V+0.05*rise {
			from = p.T
		}
		if p.V >= first.V+0.9*rise {
			to = p.T
			break
		}
	}
	if to >= last.T {
		return "filled, then held"
	}
	return fmt.Sprintf("filled for %s, then held", span(to-from))
}
