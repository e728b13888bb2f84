package leak

import (
	"fmt"
	"slices"

	"github.com/leaktop/leaktop/profile"
)

// AddProven adds to a report what a goroutineleak profile holds and is no
// suspect yet: goroutines that the runtime has proven to be blocked for ever are
// a leak also while they do not become more. Suspects that are proven by it
// become so.
func (r *Report) AddProven(s *profile.Snapshot) {
	groups := map[*profile.Function]*profile.Group{}
	var order []*profile.Group
	for i := range s.Samples {
		sm := &s.Samples[i]
		if len(sm.Values) == 0 || sm.Values[0] <= 0 || sm.Stack.Blame == nil {
			continue
		}
		g := groups[sm.Stack.Blame]
		if g == nil {
			g = &profile.Group{Kind: profile.Goroutine, Blame: sm.Stack.Blame, Points: []profile.GroupPoint{{Time: s.Time}}}
			groups[sm.Stack.Blame] = g
			order = append(order, g)
		}
		g.Stacks, g.Now = append(g.Stacks, sm.Stack), append(g.Now, sm.Values[0])
		g.Points[0].Value += sm.Values[0]
	}
	c := newCourse(Input{Now: s.Time, Start: s.Time})
	for _, g := range order {
		known := slices.IndexFunc(r.Suspects, func(s Suspect) bool { return s.Kind == Goroutine && s.Function == g.Blame.Name })
		if known >= 0 {
			r.Suspects[known].Confidence = Proven
			continue
		}
		f := &finding{kind: Goroutine, s: newSeries(g, c.origin), sure: Proven}
		c.recognise(f)
		f.sure = Proven
		x := c.suspect(f)
		n := count(float64(g.Points[0].Value))
		x.Sentence = fmt.Sprintf("%s: %s goroutines, blocked for ever", f.claim().String(), n)
		x.Evidence = []string{fmt.Sprintf("the runtime has proven that %s goroutines are blocked for ever", n)}
		x.Disproof = nil
		r.Suspects = append(r.Suspects, x)
	}
	if len(order) > 0 {
		r.Verdict = Leaks
	}
}
