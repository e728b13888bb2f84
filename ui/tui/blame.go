package tui

import (
	"slices"

	"github.com/leaktop/leaktop/profile"
)

// GroupOf returns the group of stacks that a row is about, nil if it is not judged.
func (s *ViewContext) GroupOf(r Row) *profile.Group {
	if r.Kind == "" {
		r.Kind = s.Kind
	}
	for i := range s.State.Groups {
		g := &s.State.Groups[i]
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
func (s *ViewContext) SuspectOf(r Row) int {
	if g := s.GroupOf(r); g != nil {
		if i, ok := s.State.Report.SuspectIndex(g); ok {
			return i
		}
	}
	if r.Kind == "" {
		r.Kind = s.Kind
	}
	for i, x := range s.State.Report.Suspects {
		if x.Group != nil && x.Group.Kind == r.Kind && x.Group.Blame == r.Blame && r.Blame != nil {
			return i
		}
	}
	return -1
}

// BlamedLine returns the line at which a function is on the heaviest stack of a
// group, else the function's first line.
func BlamedLine(g *profile.Group, f *profile.Function) profile.Frame {
	if g != nil && len(g.Stacks) > 0 {
		for _, fr := range g.Stacks[0].Frames {
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
