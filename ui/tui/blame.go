package tui

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
)

// Blame is what a function is blamed for now, with the evaluation of its worst group.
type Blame struct {
	Evaluation leak.Evaluation
	Held       int64
	Groups     int           // groups that are blamed on the function
	Card       int           // number of the suspect's letter; 0 for none
	Age        time.Duration // mean age of the live objects; 0 if unknown
}

// BlameFunctions returns the functions that the heap or the goroutines are blamed on.
// Only these have a verdict, that of their worst stack. The callers of a leaking
// function retain what it retains, so calling them steady would be wrong.
func BlameFunctions(k profile.Kind, st session.State) map[*profile.Function]Blame {
	out := map[*profile.Function]Blame{}
	for _, g := range st.Groups {
		if g.Kind != k || g.Blame == nil || len(g.Points) == 0 {
			continue
		}
		e := st.Report.Group(&g)
		b, known := out[g.Blame]
		if !known || ShapeRank(e.Shape) > ShapeRank(b.Evaluation.Shape) {
			b.Evaluation = e
			if i, ok := st.Report.SuspectIndex(&g); ok {
				b.Card = st.Report.LetterOf(i)
			}
		}
		b.Held += g.Points[len(g.Points)-1].Value
		b.Groups++
		if k == profile.Heap {
			b.Age, _ = leak.AgeOf(&g)
		}
		out[g.Blame] = b
	}
	return out
}

// IsWhole reports whether a value is all that the function is blamed for, in one
// series. Then the rate of the series is the rate of the value.
func (b Blame) IsWhole(value int64) bool { return b.Groups == 1 && b.Held == value }

// GroupOf returns the group of stacks that a row is about, nil if the row is not
// judged.
func (vc *ViewContext) GroupOf(r Row) *profile.Group {
	if r.Kind == "" {
		r.Kind = vc.Kind
	}
	for i := range vc.State.Groups {
		g := &vc.State.Groups[i]
		switch {
		case g.Kind != r.Kind:
		case r.Stack != nil && g.Kind == profile.Goroutine:
			if slices.Contains(g.Stacks, r.Stack) {
				return g
			}
		case r.Blame != nil && g.Blame == r.Blame:
			return g
		}
	}
	return nil
}

// SuspectOf returns the index in the report of the suspect that a row is part of, -1
// for none.
func (vc *ViewContext) SuspectOf(r Row) int {
	if g := vc.GroupOf(r); g != nil {
		if i, ok := vc.State.Report.SuspectIndex(g); ok {
			return i
		}
	}
	if r.Kind == "" {
		r.Kind = vc.Kind
	}
	for i, x := range vc.State.Report.Suspects {
		if x.Group != nil && x.Group.Kind == r.Kind && x.Group.Blame == r.Blame && r.Blame != nil {
			return i
		}
	}
	return -1
}

// BlamedLine returns the line of a function on the heaviest stack of a group, or else
// the function's first line.
func BlamedLine(g *profile.Group, f *profile.Function) profile.Frame {
	if g != nil && len(g.Stacks) > 0 {
		for _, fr := range g.Stacks[0].Frames() {
			if fr.Func == f {
				return fr
			}
		}
	}
	if f == nil {
		return profile.Frame{}
	}
	return profile.Frame{Func: f, Line: f.StartLine}
}
