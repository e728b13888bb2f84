package leak

import (
	"fmt"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// verdict is the answer for the whole.
func (c *course) verdict(r Report) Verdict {
	for _, s := range r.Suspects {
		if s.Confidence != Low {
			return Leaks
		}
	}
	if r.Watched.Seconds() < params.window.min.Seconds()*params.window.nearly || len(r.Suspects)+len(c.in.Unseen) > 0 {
		return Undecided
	}
	if c.open() != "" {
		return Undecided
	}
	heap, goroutines := c.seen(profile.Heap), c.seen(profile.Goroutine)
	if heap.New == 0 && goroutines.New == 0 || !goroutines.enough(c.in.Now) || !heap.enough(c.in.Now) && !c.calm(heap) {
		return Undecided
	}
	return Steady
}

// open says what keeps the verdict open among what grows, "" if nothing does.
func (c *course) open() (what string) {
	for _, v := range c.reasons {
		switch v.g.why {
		case rising:
			return "what rises has not risen for long enough to tell a leak from a start"
		case following:
			what = "what grows follows the load, or is a leak behind it"
		}
	}
	return what
}

// Seen is how well a polled kind of profile is known.
type Seen struct {
	New         int       // profiles that said something new
	First, Last time.Time // of these
	Polled      time.Time // the newest poll
}

// enough tells whether what was seen speaks for the time watched until now. A
// kind that is not served at all cannot speak against it.
func (s Seen) enough(now time.Time) bool {
	return s.New == 0 || s.New >= params.polls.min && s.Last.Sub(s.First) >= params.window.min*2/3 && s.Polled.Sub(s.Last) < params.window.long && now.Sub(s.Polled) < params.polls.stale
}

// seen is how well a kind of profile is known, by its groups if nobody said it.
func (c *course) seen(kind profile.Kind) Seen {
	s, groups := c.in.HeapSeen, c.in.Heap
	if kind == profile.Goroutine {
		s, groups = c.in.GoroutineSeen, c.in.Goroutines
	}
	for i := range groups {
		if p := groups[i].Points; s.New == 0 && len(p) > 0 {
			s = Seen{New: len(p), First: p[0].Time, Last: p[len(p)-1].Time, Polled: c.in.Now}
		}
	}
	return s
}

// calm tells whether the heap of a service of which no profile says anything new
// cannot have grown, because all of it, garbage and all, did not.
func (c *course) calm(heap Seen) bool {
	var first, last uint64
	var from, to time.Time
	for _, r := range c.in.Memory {
		switch {
		case r.HeapAlloc == 0:
			continue
		case first == 0:
			first, from = r.HeapAlloc, r.Time
		}
		last, to = r.HeapAlloc, r.Time
	}
	return to.Sub(from) >= params.window.min/2 && heap.Polled.Sub(to) < params.window.long && float64(last) < float64(first)+params.material.heap
}

// warn says what is wrong with the data.
func (c *course) warn() []string {
	out := append(append([]string{}, c.in.Unseen...), c.in.Warnings...)
	for _, s := range slices.Concat(c.heap, c.goroutines) {
		if s.fell {
			out = append(out, "counters fell: profiles of another process are among these, and what came before was left out")
			break
		}
	}
	heap := c.seen(profile.Heap)
	if len(c.in.Unseen) > 0 {
		return out // that explains what is old or missing, too
	}
	if d := heap.Polled.Sub(heap.Last); heap.New > 0 && d > params.polls.stale {
		if !c.calm(heap) {
			out = append(out, fmt.Sprintf("the heap is known as of %s ago: G (or --gc) asks for a collection", span(d.Seconds())))
		}
	} else if w := gap("heap", c.in.Heap, c.in.Now); w != "" {
		out = append(out, w)
	}
	if w := gap("goroutine", c.in.Goroutines, c.in.Now); w != "" {
		out = append(out, w)
	}
	return out
}

// gap says where profiles of a kind are missing.
func gap(name string, groups []profile.Group, now time.Time) string {
	if len(groups) == 0 || len(groups[0].Points) == 0 {
		return ""
	}
	p := groups[0].Points
	last := p[len(p)-1].Time
	if d := now.Sub(last); d > params.polls.stale {
		return fmt.Sprintf("the newest %s profile that says something new is %s old", name, span(d.Seconds()))
	}
	usual := last.Sub(p[0].Time) / time.Duration(max(1, len(p)-1))
	for i := len(p) - 1; i > 0 && now.Sub(p[i].Time) < params.window.long; i-- {
		if d := p[i].Time.Sub(p[i-1].Time); d > params.polls.gap && d > 3*usual {
			return fmt.Sprintf("no %s profile for %s before %s", name, span(d.Seconds()), p[i].Time.Format("15:04:05"))
		}
	}
	return ""
}
