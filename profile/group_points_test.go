package profile

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The points of groups are the same whether they are computed poll by poll or all at once, even as observations
// are added, thinned and dropped and groups become large enough to be judged.
func TestGroupPointsAreKept(t *testing.T) {
	h, at := NewHistoryBuilder(), time.Unix(1_700_000_000, 0)
	published := map[*History][]Group{}
	for i := range 400 {
		at = at.Add(2 * time.Second)
		n := int64(i)
		d := fakeHeap(t, map[string][2]int64{"shop.keep": {1000 + 10*n, 500 + 5*n}, "shop.late": {1 + n, n}, "shop.new" + string(rune('a'+i/40)): {5000, 4000}})
		if _, err := h.Add(Capture{Kind: Heap, Time: at, Data: d}); err != nil {
			t.Fatal(err)
		}
		if i == 300 {
			h.Shed()
		}
		st := h.History()
		got := st.Groups(Heap)
		want := exportAfresh(h, Heap)
		if !equalGroups(want, got) {
			t.Fatalf("poll %d: %s", i, diffGroups(want, got))
		}
		if i%97 == 5 {
			published[st] = cloneGroups(got)
		}
	}
	for st, before := range published {
		if now := st.Groups(Heap); !equalGroups(before, now) {
			t.Errorf("a published history changed: %s", diffGroups(before, now))
		}
	}
}

// equalGroups compares without reflection, which would take most of the test's time.
func equalGroups(a, b []Group) bool {
	return slices.EqualFunc(a, b, func(x, y Group) bool {
		return x.Kind == y.Kind && x.Blame == y.Blame && slices.Equal(x.Stacks, y.Stacks) && slices.Equal(x.Now, y.Now) && slices.Equal(x.Points, y.Points)
	})
}

func diffGroups(a, b []Group) string {
	return cmp.Diff(a, b, cmp.Comparer(func(a, b *Function) bool { return a == b }), cmp.Comparer(func(a, b *Stack) bool { return a == b }))
}

// exportAfresh exports groups without reusing earlier points.
func exportAfresh(h *HistoryBuilder, k Kind) []Group {
	st := h.currentEpoch().stores[k]
	kept := st.points
	st.points = &groupPoints{}
	defer func() { st.points = kept }()
	return st.exportGroups()
}

func cloneGroups(all []Group) []Group {
	out := make([]Group, len(all))
	for i, g := range all {
		out[i] = g
		out[i].Points = append([]GroupPoint(nil), g.Points...)
	}
	return out
}
