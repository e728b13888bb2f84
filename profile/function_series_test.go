package profile

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	pprof "github.com/google/pprof/profile"
	"pgregory.net/rapid"
)

// A table by function is the same whether computed from the sums by function or from the stacks, for any series of
// profiles of one process.
func TestFunctionTableEqualsStacks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := NewHistoryBuilder()
		p := anyProfile(t)
		p.DropFrames = ""
		p.Function = append(p.Function, &pprof.Function{ID: 1 << 50, Name: "runtime/pprof.writeHeap"})
		p.Location = append(p.Location, &pprof.Location{ID: 1 << 50, Line: []pprof.Line{{Function: p.Function[len(p.Function)-1]}}})
		for i := range rapid.IntRange(1, 2*Anchors).Draw(t, "polls") {
			for _, s := range p.Sample {
				for k, v := range s.Value {
					s.Value[k] = max(0, min(v, 1<<40))
				}
			}
			var b bytes.Buffer
			if err := p.WriteUncompressed(&b); err != nil {
				t.Fatal(err)
			}
			if _, err := h.Add(Capture{Kind: Heap, Time: t0.Add(time.Duration(20*i) * time.Second), Data: b.Bytes()}); err != nil {
				return
			}
			if rapid.IntRange(0, 9).Draw(t, "drops") == 0 {
				h.dropStacks(t0)
			}
			nextProfile(t, p)
			compareFunctionTable(t, h.History(), p.SampleType[len(p.SampleType)-1].Type)
		}
	})
}

func compareFunctionTable(t *rapid.T, h *History, sampleType string) {
	sel := Selection{Kind: Heap, By: ByFunction, Type: sampleType}
	st := h.currentEpoch().stores[Heap]
	if st == nil {
		return
	}
	m := &stackMatrix{}
	fast, ok := st.functionTable(m, sel)
	if !ok {
		return // the type is not tracked, or stacks were dropped
	}
	sortRows(fast)
	st.fillMatrix(m, sel, nil)
	if diff := cmp.Diff(m.makeRows(sel, h.funcs), fast, cmp.Comparer(func(a, b *Function) bool { return a == b })); diff != "" {
		t.Fatalf("the sums by function differ (-stacks +functions):\n%s", diff)
	}
}
