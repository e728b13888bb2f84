package profile

import (
	"slices"
	"time"
)

// StackValues is the values of each stack in one sample type, for views that
// aggregate stacks themselves, such as a flame graph.
type StackValues struct {
	Table  // what the values are; without rows
	Stacks []*Stack
	Now    []int64 // by stack; the difference to the baseline if there is one
	// Past is by anchor, then by stack, at Times. It includes the observer's own
	// stacks; growth leaves them out.
	Past  [][]int64
	Times []time.Time
}

// StackValues returns the stacks of a selection that are not 0, now or at an
// anchor. It ignores sel.By. ok is false until a profile of that kind has arrived.
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
