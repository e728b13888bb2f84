package profile

import (
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// TestSamplesAreWhatChangedAndTheRest checks that each snapshot returns its own samples,
// however the changes are spread over snapshots, and whichever samples were requested
// before.
func TestSamplesAreWhatChangedAndTheRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const fields = 2
		n := rapid.IntRange(1, 6).Draw(t, "samples")
		values := make([]int64, n*fields)
		list := make([]Sample, n)
		for i := range list {
			list[i] = Sample{Stack: &Stack{ID: int32(i)}, Values: values[i*fields : (i+1)*fields]}
		}
		now := slices.Clone(values)
		all := []*samples{newSamples(list, fields)}
		want := [][]int64{slices.Clone(now)}
		for range rapid.IntRange(1, 3*maxSamplesDepth).Draw(t, "snapshots") {
			changed := rapid.SliceOfDistinct(rapid.Int32Range(0, int32(n-1)), rapid.ID).Draw(t, "changed")
			x := all[len(all)-1].newChanged(len(changed), true)
			for _, i := range changed {
				for f := range fields {
					now[int(i)*fields+f] = rapid.Int64().Draw(t, "value")
				}
				x.changed = append(x.changed, i)
				x.values = append(x.values, now[int(i)*fields:int(i+1)*fields]...)
				x.sampled = append(x.sampled, heapFields{largest: now[int(i)*fields]})
			}
			x.finish()
			if x.depth > maxSamplesDepth && x.before != nil {
				t.Fatalf("%d snapshots must be put together", x.depth)
			}
			all, want = append(all, x), append(want, slices.Clone(now))
			if rapid.Bool().Draw(t, "asks") {
				all[rapid.IntRange(0, len(all)-1).Draw(t, "for")].all()
			}
		}
		for _, k := range rapid.Permutation(rangeOf(len(all))).Draw(t, "order") {
			for i, sm := range all[k].all() {
				if sm.Stack != list[i].Stack || !slices.Equal(sm.Values, want[k][i*fields:(i+1)*fields]) || k > 0 && sm.Largest != 0 && sm.Largest != sm.Values[0] {
					t.Fatalf("sample %d of snapshot %d is %+v, want %v", i, k, sm, want[k][i*fields:(i+1)*fields])
				}
			}
		}
	})
}

func rangeOf(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

// TestSamplesForSeveral checks that several goroutines may request samples while snapshots
// are added.
func TestSamplesForSeveral(t *testing.T) {
	x := newSamples([]Sample{{Values: []int64{0}}}, 1)
	var asking sync.WaitGroup
	for v := range int64(200) {
		next := x.newChanged(1, false)
		next.changed, next.values = append(next.changed, 0), append(next.values, v)
		next.finish()
		x = next
		asking.Go(func() {
			if got := next.all()[0].Values[0]; got != v {
				t.Errorf("got %d, want %d", got, v)
			}
		})
	}
	asking.Wait()
}
