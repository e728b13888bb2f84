package trace

import (
	"sort"

	"github.com/leaktop/leaktop/profile"
)

// Creator is a function that started goroutines which are still there.
type Creator struct {
	// Func is the leaf-most function of the user's on the stacks of creation,
	// the nearest stack first; failing that, of a dependency.
	Func *profile.Function
	Line int    // where in it
	N    int    // how many goroutines
	Back int    // how many creators lie between: 0 if it started them itself
	What string // the function that they begin with
	// Waits is where they wait, leaf first; empty if they were running.
	Waits []profile.Place
}

// Namer names the functions of places as profiles name theirs; a
// [profile.History] is one.
type Namer interface {
	Frames(at []profile.Place) []profile.Frame
}

// Creators finds who is behind the births, the most active first. Births whose
// every creator is the runtime's or the standard library's are left out, and
// with them those that wait at the same place and are fewer: to name these would
// blame somebody for the goroutines of others.
func (t Trace) Creators(names Namer) []Creator {
	type who struct {
		fn    *profile.Function
		line  int
		back  int
		what  string
		waits string
	}
	index := map[who]int{}
	unnamed := map[string]int{} // goroutines by where they wait, less those with a name
	var out []Creator
	for _, b := range t.Births {
		c, ok := b.creator(names)
		waits := profile.Key(b.Waits, true)
		if !ok {
			unnamed[waits] += b.N
			continue
		}
		unnamed[waits] -= b.N
		k := who{c.Func, c.Line, c.Back, c.What, waits}
		i, ok := index[k]
		if !ok {
			i = len(out)
			index[k] = i
			out = append(out, c)
		}
		out[i].N += b.N
	}
	known := out[:0]
	for _, c := range out {
		if unnamed[profile.Key(c.Waits, true)] <= 0 {
			known = append(known, c)
		}
	}
	Sort(known)
	return known
}

// Sort puts the most active creators first.
func Sort(cs []Creator) {
	sort.SliceStable(cs, func(i, j int) bool { return cs[i].N > cs[j].N })
}

// creator is who is behind one birth.
func (b Birth) creator(names Namer) (Creator, bool) {
	c := Creator{What: b.Entry, Waits: b.Waits}
	for _, class := range []profile.Class{profile.ClassUser, profile.ClassDep} {
		for back, at := range b.Chain {
			for _, f := range names.Frames(at) {
				if f.Func.Class == class {
					c.Func, c.Line, c.Back = f.Func, f.Line, back
					return c, true
				}
			}
		}
	}
	return c, false
}
