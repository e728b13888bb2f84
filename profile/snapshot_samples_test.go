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
			var w sampleWriter
			w.begin(true)
			for _, i := range changed {
				own := now[int(i)*fields : int(i+1)*fields]
				for f := range own {
					own[f] = rapid.Int64().Draw(t, "value")
				}
				w.add(i, &Sample{Values: own, Raw: float32(i), RawAlloc: 1, Largest: own[0]})
			}
			x := w.toSamples(all[len(all)-1])
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
				if sm.Stack != list[i].Stack || !slices.Equal(sm.Values, want[k][i*fields:(i+1)*fields]) || sm.RawAlloc != 0 && (sm.Largest != sm.Values[0] || sm.Raw != float32(i)) {
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
		var w sampleWriter
		w.begin(false)
		w.add(0, &Sample{Values: []int64{v}})
		next := w.toSamples(x)
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
