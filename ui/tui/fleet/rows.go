package fleet

import (
	"math"
	"time"

	"github.com/leaktop/leaktop/profile"
	compare "github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// Row is one member.
type Row struct {
	list.Label
	Member     fleet.Member
	rank       int // in the order of suspicion, 0 first
	age        time.Duration
	node       string // the part of its name in which nodes differ
	heap       measure
	goroutines measure
	memory     leak.Memory
	spark      []float64 // live heap
}

// measure is a value and its growth.
type measure struct {
	value   float64
	known   bool
	perHour float64
	grows   bool // perHour is certain
}

// minGoroutineGrowth is the minimum change in the number of goroutines for a rate:
// goroutines come and go.
const minGoroutineGrowth = 10

// sparkWidth is the number of values in a sparkline.
const sparkWidth = 8

// makeRows makes a row for each member, the most suspicious first.
func makeRows(q tui.ViewContext) []*Row {
	if q.Fleet == nil {
		return nil
	}
	out := make([]*Row, len(q.Fleet.Members))
	for i, m := range q.Fleet.Members {
		out[i] = newRow(&q, m, i)
	}
	shortenNodes(out)
	return out
}

// shortenNodes sets the shown part of the names of nodes.
func shortenNodes(rows []*Row) {
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.Member.Facts.Node
	}
	for i, short := range compare.ShortHosts(names) {
		rows[i].node = short
	}
}

func newRow(q *tui.ViewContext, m fleet.Member, rank int) *Row {
	st, window := m.State, q.Span()
	r := &Row{
		Label: list.Label{Key: m.ID, Name: m.Name}, Member: m, rank: rank, memory: st.Report.Memory,
		heap: newMeasure(m, profile.Heap, window), goroutines: newMeasure(m, profile.Goroutine, window),
	}
	if g, over := &r.goroutines, min(window, st.Now.Sub(st.Start)); math.Abs(g.perHour)*over.Hours() < minGoroutineGrowth {
		g.grows = false
	}
	now := q.Fleet.Now
	if m.IsGone() {
		now = m.Gone
	}
	for _, began := range []time.Time{m.Facts.Created, m.Facts.Start} {
		if r.age == 0 && !began.IsZero() && now.After(began) {
			r.age = now.Sub(began)
		}
	}
	if n := len(st.Heap); n > 0 {
		r.spark = sparkOf(st.Heap[n-1], st.Now, window)
	}
	return r
}

func newMeasure(m fleet.Member, of profile.Kind, window time.Duration) (out measure) {
	out.value, out.known = m.State.Newest(m.State.TotalOf(of))
	if out.known && m.State.Report.Verdict != leak.Steady { // what is called steady has no rate
		out.perHour, out.grows = m.State.GrowthPerHour(of, window)
	}
	return out
}

// sparkOf returns sparkWidth values of a line over the window, or since the line began.
func sparkOf(seg []profile.Value, now time.Time, window time.Duration) []float64 {
	if len(seg) == 0 {
		return nil
	}
	points := make([]chart.Point, len(seg))
	for i, v := range seg {
		points[i] = chart.Point{T: v.Time, V: v.V}
	}
	window = min(window, max(now.Sub(seg[0].Time), time.Second))
	return chart.Buckets(points, now, window, sparkWidth)
}
