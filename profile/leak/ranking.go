package leak

import (
	"slices"
	"time"
)

// ranking is the order in which suspects are shown, which their letters count: A is the
// first. It is that of the report, but suspects that grow about as fast as each other
// do not change places at every poll: another order counts once it has lasted. It is an
// immutable value.
type ranking struct {
	shown   []tracked
	differs time.Time // since when the order of the reports is another one; zero if it is not
}

// maxLetters is how many suspects have a letter of their own.
const maxLetters = 26

// follow returns the ranking after the next report. It puts the suspects of r in this
// order and gives them their letters.
func (k ranking) follow(now time.Time, r *Report) ranking {
	order, isKnown := k.orderOf(r.Suspects)
	next := ranking{differs: k.differs}
	switch {
	case slices.IsSorted(order):
		next.differs = time.Time{}
	case !isKnown: // the screen changes anyhow
		order, next.differs = nil, time.Time{}
	case k.differs.IsZero():
		next.differs = now
	case now.Sub(k.differs) >= params.polls.rerankAfter:
		order, next.differs = nil, time.Time{}
	}
	r.reorder(order)
	for i := range r.Suspects {
		r.Suspects[i].Letter = min(i, maxLetters) + 1
		next.shown = append(next.shown, tracked{Suspect: r.Suspects[i]})
	}
	return next
}

// orderOf returns the indexes of suspects in the order in which they were shown.
// isKnown reports whether those were the same suspects.
func (k ranking) orderOf(suspects []Suspect) (order []int, isKnown bool) {
	for _, o := range k.shown {
		at := -1
		for i, s := range suspects {
			if (o.isSame(s) || o.isRenamed(s)) && !slices.Contains(order, i) {
				at = i
				break
			}
		}
		if at < 0 {
			return nil, false
		}
		order = append(order, at)
	}
	return order, len(order) == len(suspects)
}

// reorder puts the suspects in an order of their indexes; nil keeps theirs.
func (r *Report) reorder(order []int) {
	if len(order) != len(r.Suspects) || slices.IsSorted(order) {
		return
	}
	suspects, places := make([]Suspect, len(order)), make([]int, len(order))
	for to, from := range order {
		suspects[to], places[from] = r.Suspects[from], to
	}
	r.Suspects = suspects
	moved := make(map[key]int, len(r.suspectOf))
	for k, i := range r.suspectOf {
		moved[k] = places[i]
	}
	r.suspectOf = moved
}

// LetterOf returns the number of the letter of a suspect by its index; 0 for a negative
// one, which is no suspect.
func (r *Report) LetterOf(index int) int {
	if index < 0 {
		return 0
	}
	return r.Suspects[index].Letter
}
