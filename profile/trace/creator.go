package trace

import (
	"sort"

	"github.com/leaktop/leaktop/profile"
)

// Creator is a function that started goroutines which are still running.
type Creator struct {
	// Func is the leaf-most function of the user's code on the stacks of creation,
	// the nearest stack first; if there is none, of a dependency.
	Func *profile.Function
	Line int // line in Func
	// Called is the function that Func called to start them: of a library, if that
	// has the go statement. It is nil if Func has it.
	Called   *profile.Function
	N        int    // number of goroutines
	Distance int    // number of creators in between: 0 if it started them itself
	Entry    string // the function that they run
	// WaitStack is the stack on which they wait, leaf first; empty if they were
	// running.
	WaitStack []profile.Place
}

// Namer resolves places to functions as profiles name them. [profile.History]
// implements it.
type Namer interface {
	Frames(at []profile.Place) []profile.Frame
}

// Creators finds the functions behind the births, the most active first. It skips
// births whose creators all belong to the runtime or the standard library, and
// births with a known creator if more unattributed ones wait at the same place:
// their creator would be blamed for other goroutines.
func (t Trace) Creators(names Namer) []Creator {
	type who struct {
		fn    *profile.Function
		line  int
		back  int
		what  string
		waits string
	}
	index := map[who]int{}
	unnamed := map[string]int{} // by place: goroutines without a known creator, less those with one
	var out []Creator
	for _, b := range t.Births {
		c, ok := b.findCreator(names)
		waits := profile.StackKey(b.WaitStack, true)
		if !ok {
			unnamed[waits] += b.N
			continue
		}
		unnamed[waits] -= b.N
		k := who{c.Func, c.Line, c.Distance, c.Entry, waits}
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
		if unnamed[profile.StackKey(c.WaitStack, true)] <= 0 {
			known = append(known, c)
		}
	}
	SortCreators(known)
	return known
}

// SortCreators orders creators by number of goroutines, the most active first.
func SortCreators(cs []Creator) {
	sort.SliceStable(cs, func(i, j int) bool { return cs[i].N > cs[j].N })
}

// findCreator finds the function behind one birth.
func (b Birth) findCreator(names Namer) (Creator, bool) {
	c := Creator{Entry: b.Entry, WaitStack: b.WaitStack}
	for _, class := range []profile.Class{profile.ClassUser, profile.ClassDep} {
		for back, at := range b.CreationStacks {
			frames := names.Frames(at)
			for i, f := range frames {
				if f.Func.Class == class {
					c.Func, c.Line, c.Distance = f.Func, f.Line, back
					if i > 0 {
						c.Called = frames[i-1].Func
					}
					return c, true
				}
			}
		}
	}
	return c, false
}
