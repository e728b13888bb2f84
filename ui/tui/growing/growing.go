package growing

import (
	"cmp"
	"sort"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/functions"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// New makes the first pane: what grows, heap and goroutines together,
// by the function to hold responsible.
func New(vc *tui.ViewContext) tui.Page {
	name := list.NameColumn("FUNCTION", "")
	cols := []list.Column{name, list.HoldsColumn, list.GrowthColumn, list.SparkColumn, list.VerdictColumn}
	l := list.New(vc, "Growing", "Nothing has grown yet. The first trend needs about half a minute of profiles.", cols,
		growingRows, func(e *list.Entry) tui.Page { return Open(vc, e) })
	l.About = []string{
		"What grows, the fastest first. A row is a function that is responsible: the innermost one of the service's own code on the stacks that keep memory, or that goroutines stand in. Else the innermost of a dependency.",
	}
	l.Source = func(q tui.ViewContext) profile.Selection { return list.Chosen(tui.LiveHeap.Apply(q)) }
	l.Table.SetSort("growth", true)
	return pane{l}
}

// pane is a list whose rows are of two profiles; that of the heap is
// under it.
type pane struct{ *list.List }

func (g pane) Document() func(*export.Document) {
	add := g.List.Document()
	return func(d *export.Document) {
		add(d)
		d.View.Profile, d.View.SampleType, d.View.Unit = "heap and goroutine", "", ""
	}
}

// Open is where enter leads from a responsible function.
func Open(vc *tui.ViewContext, e *list.Entry) tui.Page {
	if e.Group.Kind == profile.Goroutine && len(e.Group.Stacks) > 0 {
		return functions.NewStackPage(vc, tui.Goroutines, e.Group.Stacks[0], *e)
	}
	if e.Fn == nil {
		return nil
	}
	return functions.NewFunctionPage(vc, tui.LiveHeap, e.Fn)
}

// growingRows makes a row of each group that holds something.
func growingRows(q tui.ViewContext) []list.Entry {
	st := q.State
	base := q.History.Baseline()
	var held func(*profile.Group) int64
	if q.Baseline && !base.IsZero() {
		held = heldAtBaseline(q.History)
	}
	var out []list.Entry
	for i := range st.Groups {
		g := &st.Groups[i]
		if len(g.Points) == 0 {
			continue
		}
		e := RowOf(g, st.Report)
		since := g.Points[len(g.Points)-1].Time.Add(-q.Span())
		if held != nil {
			since = base
			e.Cum -= held(g)
		}
		e.Growth, e.Spark = list.Course(g.Points, since)
		if e.Look.Rate.IsKnown() && !q.Baseline && q.Window == tui.Windows[0] {
			e.Growth = e.Look.Rate.PerHour
		}
		if e.Cum == 0 && (e.Growth == 0 || !q.Baseline) {
			continue
		}
		out = append(out, e)
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(cmp.Compare(b.Rate()*list.Weight(1, b.Unit), a.Rate()*list.Weight(1, a.Unit)),
			cmp.Compare(list.Weight(b.Cum, b.Unit), list.Weight(a.Cum, a.Unit)), cmp.Compare(a.Key, b.Key)) < 0
	})
	return out
}

// RowOf is the row of a group, without its course.
func RowOf(g *profile.Group, r leak.Report) list.Entry {
	e := list.Entry{Name: profile.NoFrames, Group: g, Fn: g.Blame, Unit: "bytes", Cum: g.Points[len(g.Points)-1].Value}
	if g.Blame != nil {
		e.Name, e.Key = g.Blame.Name, "heap "+g.Blame.Name
		e.Look = r.Function(g.Blame)
	}
	if g.Kind == profile.Goroutine && len(g.Stacks) > 0 {
		e.Unit, e.Stack = "goroutines", g.Stacks[0]
		e.Key = functions.StackKey(e.Stack)
		e.Look = r.Stack(e.Stack)
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
