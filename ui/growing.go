package ui

import (
	"cmp"
	"sort"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/export"
)

// newGrowing makes the first pane: what grows, heap and goroutines together,
// by the function to hold responsible.
func newGrowing(sh *shared) page {
	name := nameColumn("FUNCTION", "")
	cols := []column{name, holdsColumn, growthColumn, sparkColumn, verdictColumn}
	l := newList(sh, "Growing", "Nothing has grown yet. The first trend needs about half a minute of profiles.", cols,
		growingRows, func(e *entry) page { return fromGroup(sh, e) })
	l.about = []string{
		"What grows, the fastest first. A row is a function that is responsible: the innermost one of the service's own code on the stacks that keep memory, or that goroutines stand in. Else the innermost of a dependency.",
	}
	l.source = func(q shared) profile.Selection { return chosen(liveHeap.of(q)) }
	l.table.SetSort("growth", true)
	return growingList{l}
}

// growingList is a list whose rows are of two profiles; that of the heap is
// under it.
type growingList struct{ *list }

func (g growingList) document() func(*export.Document) {
	add := g.list.document()
	return func(d *export.Document) {
		add(d)
		d.View.Profile, d.View.SampleType, d.View.Unit = "heap and goroutine", "", ""
	}
}

// fromGroup is where enter leads from a responsible function.
func fromGroup(sh *shared, e *entry) page {
	if e.group.Kind == profile.Goroutine && len(e.group.Stacks) > 0 {
		return newStackPage(sh, goroutines, e.group.Stacks[0], *e)
	}
	if e.fn == nil {
		return nil
	}
	return newFunctionPage(sh, liveHeap, e.fn)
}

// growingRows makes a row of each group that holds something.
func growingRows(q shared) []entry {
	st := q.state
	base := q.history.Baseline()
	var held func(*profile.Group) int64
	if q.baseline && !base.IsZero() {
		held = heldAtBaseline(q.history)
	}
	var out []entry
	for i := range st.Groups {
		g := &st.Groups[i]
		if len(g.Points) == 0 {
			continue
		}
		e := groupEntry(g, st.Report)
		since := g.Points[len(g.Points)-1].Time.Add(-q.span())
		if held != nil {
			since = base
			e.cum -= held(g)
		}
		e.growth, e.spark = course(g.Points, since)
		if e.look.Rate.IsKnown() && !q.baseline && q.window == windows[0] {
			e.growth = e.look.Rate.PerHour
		}
		if e.cum == 0 && (e.growth == 0 || !q.baseline) {
			continue
		}
		out = append(out, e)
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(cmp.Compare(b.rate()*weight(1, b.unit), a.rate()*weight(1, a.unit)),
			cmp.Compare(weight(b.cum, b.unit), weight(a.cum, a.unit)), cmp.Compare(a.key, b.key)) < 0
	})
	return out
}

// groupEntry is the row of a group, without its course.
func groupEntry(g *profile.Group, r leak.Report) entry {
	e := entry{name: profile.NoFrames, group: g, fn: g.Blame, unit: "bytes", cum: g.Points[len(g.Points)-1].Value}
	if g.Blame != nil {
		e.name, e.key = g.Blame.Name, "heap "+g.Blame.Name
		e.look = r.Function(g.Blame)
	}
	if g.Kind == profile.Goroutine && len(g.Stacks) > 0 {
		e.unit, e.stack = "goroutines", g.Stacks[0]
		e.key = stackKey(e.stack)
		e.look = r.Stack(e.stack)
	}
	return e
}

// heldAtBaseline tells what a group held at the baseline. Its points do not: of
// what is an hour old they are minutes apart.
func heldAtBaseline(h *profile.History) func(*profile.Group) int64 {
	bytes, count := map[*profile.Function]int64{}, map[*profile.Stack]int64{}
	each := func(k profile.Kind, sample string, add func(s *profile.Stack, v int64)) {
		_, base := h.Latest(k)
		if base == nil {
			return
		}
		i := base.Type(sample)
		for _, sm := range base.Samples {
			if !sm.Stack.Own {
				add(sm.Stack, sm.Values[i])
			}
		}
	}
	each(profile.Heap, "inuse_space", func(s *profile.Stack, v int64) { bytes[s.Blame] += v })
	each(profile.Goroutine, "goroutine", func(s *profile.Stack, v int64) { count[s] += v })
	return func(g *profile.Group) (v int64) {
		if g.Kind != profile.Goroutine {
			return bytes[g.Blame]
		}
		for _, s := range g.Stacks {
			v += count[s]
		}
		return v
	}
}
