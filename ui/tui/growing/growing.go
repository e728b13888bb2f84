// Package growing is the first pane: what grows, by the function to blame.
package growing

import (
	"cmp"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/functions"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// New makes the first pane: what grows, heap and goroutines together, by the
// function to blame.
func New(vc *tui.ViewContext) tui.Page {
	return pane{list.New(vc, list.Spec[*Row]{
		Name: "Growing", Empty: "Nothing has grown yet. The first trend needs about half a minute of profiles.",
		NeedsTrend: true, Sort: "growth", Legend: list.Legend[*Row],
		Columns: []list.Column[*Row]{
			nameColumn(), list.HoldsColumn[*Row](), shareColumn(), growthColumn(), list.AgeColumn[*Row](), list.SparkColumn[*Row](), list.VerdictColumn[*Row](),
		},
		Rows: makeRows,
		Hide: func([]*Row) []string {
			if vc.IsOneProfile() {
				return nil
			}
			return []string{shareID}
		},
		Profile: func(q tui.ViewContext) profile.Selection { return list.Chosen(tui.LiveHeap.Apply(q)) },
		Open:    func(r *Row) tui.Page { return r.Open(vc) },
		About: []string{
			"What grows: the suspects above first, then the fastest. A row is the function to blame: the innermost function of the service's own code on the stack that allocated the memory, or on the stack of the goroutines; if there is none, the innermost one of a dependency.",
		},
	})}
}

// pane is a list with rows from two profiles; its subject is the heap profile.
type pane struct{ *list.List[*Row] }

// Document returns the table, which has rows from two profiles.
func (p pane) Document() func(*export.Document) {
	add := p.List.Document()
	return func(d *export.Document) {
		add(d)
		d.View.Profile, d.View.SampleType, d.View.Unit = "heap and goroutine", "", ""
	}
}

// Row is a group of stacks blamed on one function.
type Row struct {
	list.Label
	list.Numbers
	Group *profile.Group
	// Line is the line to look at: of the suspect if the row belongs to one.
	Line profile.Frame
}

// RowOf returns the row of a group, without its growth.
func RowOf(g *profile.Group, r leak.Report) *Row {
	row := &Row{Label: list.Label{Name: profile.NoFrames}, Numbers: list.Numbers{Unit: "bytes", Cum: g.Points[len(g.Points)-1].Value}, Group: g}
	row.Line = tui.BlamedLine(g, g.Blame)
	if i, ok := r.SuspectIndex(g); ok {
		row.Card = r.LetterOf(i)
		if at := r.Suspects[i].At; at.Func != nil {
			row.Line = at
		}
	}
	if g.Blame != nil {
		row.Name, row.Key = g.Blame.Name, "heap "+g.Blame.Name
		row.Evaluation = r.Function(g.Blame)
		row.Age, _ = leak.AgeOf(g)
	}
	if g.Kind == profile.Goroutine && len(g.Stacks) > 0 {
		row.Unit = "goroutines"
		row.Key = functions.StackKey(g.Stacks[0])
		row.Evaluation = r.Stack(g.Stacks[0])
	}
	return row
}

// Describe describes the row by the blamed function.
func (r *Row) Describe() tui.Row {
	row := tui.Row{Name: r.Name, Evaluation: r.Evaluation, Kind: r.Group.Kind, Blame: r.Group.Blame, At: r.Line}
	if row.Kind == profile.Goroutine && len(r.Group.Stacks) > 0 {
		row.Stack = r.Group.Stacks[0]
	}
	return row
}

// AddStacks adds the stacks of the group.
func (r *Row) AddStacks(s *list.StackSet) { s.AddGroup(r.Group) }

// Open returns the page that enter opens: the stack of goroutines, else the
// function.
func (r *Row) Open(vc *tui.ViewContext) tui.Page {
	if r.Group.Kind == profile.Goroutine && len(r.Group.Stacks) > 0 {
		return functions.NewStackPage(vc, tui.Goroutines, r.Group.Stacks[0], r.Numbers)
	}
	if r.Group.Blame == nil {
		return nil
	}
	return functions.NewFunctionPage(vc, tui.LiveHeap, r.Group.Blame)
}

// makeRows makes a row for each group that is not 0, in the order of [sortRows].
func makeRows(q tui.ViewContext) []*Row {
	if q.Range.IsSet() {
		return makeDifferences(q)
	}
	st := q.State
	base := q.History.Baseline()
	var held func(*profile.Group) int64
	if q.Baseline && !base.IsZero() {
		held = heldAtBaseline(q.History)
	}
	total := map[profile.Kind]int64{} // as in the header
	for k, l := range map[profile.Kind]profile.Line{profile.Heap: st.Heap, profile.Goroutine: st.Goroutines} {
		if v, ok := st.Newest(l); ok {
			total[k] = int64(v)
		}
	}
	var out []*Row
	for i := range st.Groups {
		g := &st.Groups[i]
		if len(g.Points) == 0 {
			continue
		}
		r := RowOf(g, st.Report)
		r.Total = total[g.Kind]
		since := g.Points[len(g.Points)-1].Time.Add(-q.Span())
		if held != nil {
			since = profile.InstantOf(base)
			r.Cum -= held(g)
		}
		r.IsDelta = held != nil
		if r.Evaluation.Rate.IsKnown() && q.IsStandardSpan() {
			r.Growth, r.Spark = r.Evaluation.Rate.PerHour, list.SparkOf(g.Points, since)
		} else {
			r.Growth, r.Spark = list.MeasurePoints(g.Points, since)
		}
		if r.Cum != 0 || r.Growth != 0 && q.Baseline {
			out = append(out, r)
		}
	}
	return sortRows(out)
}

// makeDifferences makes a row for each group that differs between two moments.
func makeDifferences(q tui.ViewContext) []*Row {
	var out []*Row
	hours := q.Range.To.Sub(q.Range.From).Hours()
	from, to := profile.InstantOf(q.Range.From.Add(slack)), profile.InstantOf(q.Range.To.Add(slack))
	for i := range q.State.Groups {
		g := &q.State.Groups[i]
		var before, after int64
		var spark []float64
		for _, p := range g.Points {
			if !p.Time.After(from) {
				before, spark = p.Value, spark[:0]
			}
			if !p.Time.After(to) {
				after = p.Value
				spark = append(spark, float64(p.Value))
			}
		}
		if len(g.Points) == 0 || after == before || hours <= 0 {
			continue
		}
		r := RowOf(g, q.State.Report)
		r.IsDelta = true
		r.Cum, r.Growth, r.Spark = after-before, float64(after-before)/hours, spark
		out = append(out, r)
	}
	return sortRows(out)
}

// slack is the maximum difference between a moment and the time of its profile: the
// duration of a poll.
const slack = time.Second

// sortRows puts the suspects first, then the fastest.
func sortRows(out []*Row) []*Row {
	tagAlikes(out)
	slices.SortStableFunc(out, func(a, b *Row) int {
		return cmp.Or(compareGrowth(b, a),
			cmp.Compare(b.Weight(float64(b.Cum)), a.Weight(float64(a.Cum))), cmp.Compare(a.Key, b.Key))
	})
	return out
}

// tagAlikes distinguishes rows of goroutines in the same function by what they wait for,
// or, if that is the same too, by a caller that the others do not have.
func tagAlikes(rows []*Row) {
	for _, alike := range groupAlikes(rows) {
		for _, r := range alike {
			r.Tag = functions.WaitsFor(r.Group.Stacks[0])
		}
	}
	for _, alike := range groupAlikes(rows) {
		stacks := make([]*profile.Stack, len(alike))
		for i, r := range alike {
			stacks[i] = r.Group.Stacks[0]
		}
		for i, caller := range functions.TellApart(stacks) {
			if caller != "" {
				alike[i].Tag += list.FrameSep + caller
			}
		}
	}
}

// groupAlikes returns the rows of goroutines that have the same title, for each title with
// several rows. HOLDS distinguishes them from rows of the heap.
func groupAlikes(rows []*Row) (out [][]*Row) {
	byTitle := map[string][]*Row{}
	for _, r := range rows {
		if r.Group.Kind == profile.Goroutine && len(r.Group.Stacks) > 0 {
			byTitle[r.Title()] = append(byTitle[r.Title()], r)
		}
	}
	for _, alike := range byTitle {
		if len(alike) > 1 {
			out = append(out, alike)
		}
	}
	return out
}

// heldAtBaseline returns a function that gives the value of a group at the
// baseline. The group's points do not show it: those an hour old are minutes apart.
func heldAtBaseline(h *profile.History) func(*profile.Group) int64 {
	bytes, count := map[*profile.Function]int64{}, map[*profile.Stack]int64{}
	each := func(k profile.Kind, sample string, add func(s *profile.Stack, v int64)) {
		_, base := h.Latest(k)
		if base == nil {
			return
		}
		i := base.Type(sample)
		for _, sm := range base.Samples() {
			if !sm.Stack.Observer {
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

// nameWidth leaves room for a method with its receiver; on a screen of 80 columns the age
// is hidden for it.
const nameWidth = 26

// shareID is the column that replaces growth if there is only one profile.
const shareID = "share"

func shareColumn() list.Column[*Row] {
	c := list.ShareColumn[*Row]()
	c.ID, c.Title, c.Width = shareID, "SHARE", 6
	c.Help = "SHARE is its share of the heap or of the goroutines; it replaces growth if there is only one profile."
	return c
}

// growthColumn is the column of growth. Sorted by it, the rows of suspects come first:
// a row that weighs more may still be undecided, and is not what to look at first.
func growthColumn() list.Column[*Row] {
	c := list.GrowthColumn[*Row]()
	c.Rank, c.Compare = nil, compareGrowth
	return c
}

// compareGrowth compares rows by suspect, then by the weight of their growth. The first
// suspect is the greatest.
func compareGrowth(a, b *Row) int {
	return cmp.Or(compareSuspects(a.Card, b.Card), cmp.Compare(a.Weight(a.Rate()), b.Weight(b.Rate())))
}

// compareSuspects compares the letters of two rows. The first letter is the greatest, and
// none is the least.
func compareSuspects(a, b int) int {
	switch {
	case a == b:
		return 0
	case a == 0:
		return -1
	case b == 0:
		return 1
	}
	return cmp.Compare(b, a)
}

func nameColumn() list.Column[*Row] {
	c := list.NameColumn[*Row]("FUNCTION", "")
	c.Width, c.Grow = nameWidth, 4 // names come first, and numbers are fitted
	return c
}
