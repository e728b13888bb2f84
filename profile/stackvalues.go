package profile

import (
	"slices"
	"time"
)

// StackValues is what each stack holds of one sample type: what a view needs
// that sums stacks up in a way of its own, as a flame graph does.
type StackValues struct {
	Table  // what the values are; without rows
	Stacks []*Stack
	Now    []int64 // by stack; the difference to the baseline if there is one
	// Past is by anchor, then by stack, at Times. Stacks of the observer's own
	// are in it; growth leaves them out.
	Past  [][]int64
	Times []time.Time
}

// StackValues returns the stacks of a selection that hold something, or held
// something at an anchor. Its By is not looked at. ok is false while no profile
// of that kind has come.
func (h *History) StackValues(sel Selection) (v StackValues, ok bool) {
	m := h.matrices.Get().(*stackMatrix)
	defer h.matrices.Put(m)
	t, ok := h.fillMatrix(m, sel)
	if !ok {
		return v, false
	}
	v = StackValues{Table: t, Times: slices.Clone(m.times), Past: make([][]int64, len(m.past))}
	for i, s := range m.stacks {
		if !m.hasStack(i) || sel.Focus != nil && !s.Contains(sel.Focus) {
			continue
		}
		v.Stacks, v.Now = append(v.Stacks, s), append(v.Now, m.now[i])
		for a := range m.past {
			v.Past[a] = append(v.Past[a], m.past[a][i])
		}
	}
	return v, true
}
