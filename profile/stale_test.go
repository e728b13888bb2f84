package profile

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/e2e/eventually"
)

// addFleeting adds a poll of goroutines, a few of which have stacks that come and go.
func addFleeting(t *testing.T, h *HistoryBuilder, poll int) {
	t.Helper()
	text := "goroutine profile: total 99\n"
	for i := range 10 {
		address := 0x1000 + i
		if i >= 5 {
			address += poll / 3 * 10 // new ones at every third poll
		}
		text += fmt.Sprintf("%d @ 0x%x 0x2 0x3\n\n", 1+(poll+i)%4, address)
	}
	if _, err := h.Add(Capture{Kind: Goroutine, Time: t0.Add(time.Duration(2*poll) * time.Second), Data: []byte(text)}); err != nil {
		t.Fatal(err)
	}
}

// describeRows describes all goroutine rows of a history.
func describeRows(h *History) (out []string) {
	for _, by := range []Grouping{ByFunction, ByStack} {
		table, _ := h.Rows(Selection{Kind: Goroutine, By: by, Window: time.Hour})
		for _, r := range table.Rows {
			s := fmt.Sprint(by, r.Flat, r.Cum, r.Growth, r.FlatGrowth, r.Spark)
			if r.Func != nil {
				s += r.Func.Name
			}
			if r.Stack != nil {
				s += r.Stack.FrameAt(0).Func.Name
			}
			out = append(out, s)
		}
	}
	for _, g := range h.Groups(Goroutine) {
		if !slices.ContainsFunc(g.Points, func(p GroupPoint) bool { return p.Value != 0 }) {
			continue // its observations have been thinned out
		}
		out = append(out, fmt.Sprint(g.Stacks[0].FrameAt(0).Func.Name, g.Now, g.Points))
	}
	slices.Sort(out)
	return out
}

// Stacks that are in no remaining observation are dropped. Nothing shown changes, and a history that was
// published before stays the same.
func TestStaleRowsAreDropped(t *testing.T) {
	h, all := NewHistoryBuilder(), NewHistoryBuilder()
	all.syms.shared = true // drops nothing
	var early *History
	var shown []string
	polls := 1300
	if eventually.IsFull() {
		polls = 2000
	}
	for poll := range polls {
		addFleeting(t, h, poll)
		addFleeting(t, all, poll)
		if poll == 600 {
			early = h.History()
			shown = describeRows(early)
		}
	}
	if diff := cmp.Diff(describeRows(all.History()), describeRows(h.History())); diff != "" {
		t.Errorf("with stale rows dropped (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(shown, describeRows(early)); diff != "" {
		t.Errorf("a history that was published before (-want +got):\n%s", diff)
	}
	st, every := h.currentEpoch().stores[Goroutine], all.currentEpoch().stores[Goroutine]
	if n := len(st.stacks); n > 2*minStale+1000 || n >= len(every.stacks) {
		t.Errorf("%d rows are kept of %d", n, len(every.stacks))
	}
	if n := len(h.syms.byKey); n > len(st.stacks)+10 {
		t.Errorf("%d stacks are kept for %d rows", n, len(st.stacks))
	}
}
