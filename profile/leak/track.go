package leak

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Track remembers the suspects of one process from poll to poll: which appeared, and
// which were withdrawn and why. It is an immutable value; Follow returns the next one.
type Track struct {
	start     time.Time // of the process
	standing  []tracked
	withdrawn []Withdrawal
	ranking   ranking
}

// tracked is a suspect that was reported.
type tracked struct {
	Suspect
	missing time.Time // when it stopped being a suspect; zero while it is one
}

// Withdrawal is a suspect that was withdrawn.
type Withdrawal struct {
	Time    time.Time
	Suspect Suspect    // as last seen, without its series
	Now     Evaluation // its current evaluation: the reason
}

// newTracked returns a suspect to remember, without its series: otherwise a suspect
// that is gone would keep the history of its time in memory.
func newTracked(s Suspect) tracked {
	s.Points, s.Floor = nil, nil
	if g := s.Group; g != nil {
		s.Group = &profile.Group{Kind: g.Kind, Blame: g.Blame, Stacks: slices.Clone(g.Stacks[:min(len(g.Stacks), 1)])}
	}
	return tracked{Suspect: s}
}

// String formats a withdrawal on one line.
func (w Withdrawal) String() string {
	return w.Suspect.Label() + ": " + w.Reason()
}

// Reason says why the suspect was withdrawn.
func (w Withdrawal) Reason() string {
	switch {
	case w.Now.Text == "":
		return "it no longer grows"
	case w.Now.Shape == ShapeWarmUp && w.Suspect.Kind == Goroutine:
		return w.Now.Text + ": a pool that is full, or a limit that was reached (connections, open files)"
	}
	return w.Now.Text
}

// Change is a suspect that appeared or was withdrawn.
type Change struct {
	Time       time.Time
	Suspect    Suspect
	Withdrawal *Withdrawal // nil where it appeared
}

// String formats a change on one line.
func (c Change) String() string {
	if c.Withdrawal != nil {
		return "withdrawn: " + c.Withdrawal.String()
	}
	return "leak: " + c.Suspect.Sentence
}

// Follow adds the next report on the process that started at start, and returns
// what has changed, in the order of the ranking. It sets r.Withdrawn to the recent
// withdrawals, and puts the suspects in the order of their letters, see [ranking].
func (t Track) Follow(start, now time.Time, r *Report) (Track, []Change) {
	if !start.Equal(t.start) {
		t = Track{start: start}
	}
	next := Track{start: start, withdrawn: t.recentWithdrawals(now), ranking: t.ranking.follow(now, r)}
	var changes []Change
	for _, s := range r.Suspects {
		if s.Confidence == Low || slices.ContainsFunc(next.standing, func(o tracked) bool { return o.isSame(s) }) {
			continue
		}
		if !slices.ContainsFunc(t.standing, func(o tracked) bool { return o.isSame(s) }) {
			changes = append(changes, Change{Time: now, Suspect: s})
		}
		next.standing = append(next.standing, newTracked(s))
	}
	for _, o := range t.standing {
		switch {
		case slices.ContainsFunc(next.standing, func(n tracked) bool { return n.isSame(o.Suspect) || n.isRenamed(o.Suspect) }):
		case r.isPart(o.Suspect): // of another suspect, now that both have the same creator
		case o.missing.IsZero():
			o.missing = now
			next.standing = append(next.standing, o)
		case now.Sub(o.missing) < params.polls.withdrawAfter:
			next.standing = append(next.standing, o)
		default:
			w := Withdrawal{Time: now, Suspect: o.Suspect}
			if o.Group != nil {
				w.Now = r.Group(o.Group)
			}
			next.withdrawn = append(next.withdrawn[:len(next.withdrawn):len(next.withdrawn)], w)
			changes = append(changes, Change{now, o.Suspect, &w})
		}
	}
	r.Withdrawn = slices.DeleteFunc(slices.Clone(next.withdrawn), func(w Withdrawal) bool {
		return slices.ContainsFunc(next.standing, func(o tracked) bool { return o.isSame(w.Suspect) })
	})
	return next, changes
}

// withdrawnFor is how long a withdrawn suspect stays listed.
const withdrawnFor = 10 * time.Minute

// recentWithdrawals returns the withdrawals that are still listed.
func (t Track) recentWithdrawals(now time.Time) []Withdrawal {
	i := 0
	for i < len(t.withdrawn) && now.Sub(t.withdrawn[i].Time) > withdrawnFor {
		i++
	}
	return t.withdrawn[i:]
}

// isSame reports whether s is the tracked suspect.
func (o tracked) isSame(s Suspect) bool { return o.Kind == s.Kind && o.Function == s.Function }

// isPart reports whether what was suspected is a part of a suspect of r.
func (r *Report) isPart(s Suspect) bool {
	if s.Group == nil {
		return false
	}
	i, ok := r.SuspectIndex(s.Group)
	return ok && r.Suspects[i].Confidence != Low
}

// isRenamed reports whether s is the tracked suspect under another name: the creator of
// its goroutines was found, or what several functions allocate is now blamed on another
// function on its stacks.
func (o tracked) isRenamed(s Suspect) bool {
	a, b := o.topStack(), s.topStack()
	if a == nil || b == nil || o.Kind != s.Kind {
		return false
	}
	return a == b || s.Kind == Heap && (a.Contains(s.At.Func) || b.Contains(o.At.Func))
}

// topStack returns the heaviest stack of a suspect; nil if it has none.
func (s Suspect) topStack() *profile.Stack {
	if s.Group == nil || len(s.Group.Stacks) == 0 {
		return nil
	}
	return s.Group.Stacks[0]
}

// ranking is the order in which suspects are shown and lettered: A is the first. It
// follows the report, but suspects with similar growth do not swap places at every
// poll: a new order counts only once it has lasted. It is an immutable value.
type ranking struct {
	shown   []tracked
	differs time.Time // since when the order of the reports has differed; zero if it does not
}

// maxLetters is the number of suspects with a letter of their own.
const maxLetters = 26

// follow returns the ranking after the next report. It puts the suspects of r in this
// order and gives them their letters.
func (k ranking) follow(now time.Time, r *Report) ranking {
	order, isKnown := k.orderOf(r.Suspects)
	next := ranking{differs: k.differs}
	switch {
	case slices.IsSorted(order):
		next.differs = time.Time{}
	case !isKnown: // the screen changes anyway
		order, next.differs = nil, time.Time{}
	case k.differs.IsZero():
		next.differs = now
	case now.Sub(k.differs) >= params.polls.rerankAfter:
		order, next.differs = nil, time.Time{}
	}
	r.reorder(order)
	for i := range r.Suspects {
		r.Suspects[i].Letter = min(i, maxLetters) + 1
		next.shown = append(next.shown, newTracked(r.Suspects[i]))
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
