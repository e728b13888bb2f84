package flame

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// sandwich shows one function, wherever it is called: its callers above it, its
// callees below.
type sandwich struct {
	fn      *profile.Function
	callers *Pane
	callees *Pane
	active  *Pane // that gets the keys
}

// newSandwich returns the page of a function.
func newSandwich(vc *tui.ViewContext, fn *profile.Function) *sandwich {
	part := func(shape func(profile.StackValues) profile.StackValues) *Pane {
		p := &Pane{vc: vc, keys: newFlameKeys(), id: tui.NextID(), shape: shape}
		p.zooms = [][]string{{fn.Name}} // without the root
		p.cursor = []string{fn.Name}
		return p
	}
	s := &sandwich{
		fn:      fn,
		callers: part(func(v profile.StackValues) profile.StackValues { return callersOf(v, fn) }),
		callees: part(func(v profile.StackValues) profile.StackValues { return calleesOf(v, fn) }),
	}
	s.callers.inverted = true
	s.active = s.callees
	return s
}

// calleesOf returns the stacks below the outermost call of a function, which becomes
// their root.
func calleesOf(v profile.StackValues, fn *profile.Function) profile.StackValues {
	return replaceFrames(v, func(frames []profile.Frame) []profile.Frame {
		for i, f := range slices.Backward(frames) {
			if f.Func == fn {
				return frames[:i+1]
			}
		}
		return nil
	})
}

// callersOf returns the stacks above the innermost call of a function, reversed: the
// function becomes their root, and the outermost caller the leaf.
func callersOf(v profile.StackValues, fn *profile.Function) profile.StackValues {
	return replaceFrames(v, func(frames []profile.Frame) []profile.Frame {
		for i, f := range frames {
			if f.Func == fn {
				part := slices.Clone(frames[i:])
				slices.Reverse(part)
				return part
			}
		}
		return nil
	})
}

// replaceFrames returns values with other frames; stacks without any are left out.
func replaceFrames(v profile.StackValues, of func([]profile.Frame) []profile.Frame) profile.StackValues {
	out := profile.StackValues{Table: v.Table, Times: v.Times, Past: make([][]int64, len(v.Past))}
	out.Total = 0
	for i, s := range v.Stacks {
		frames := of(s.FrameList())
		if len(frames) == 0 {
			continue
		}
		part := profile.NewStack(nil, frames...)
		part.Observer = s.Observer
		out.Stacks = append(out.Stacks, part)
		out.Now = append(out.Now, v.Now[i])
		out.Total += v.Now[i]
		for a := range v.Past {
			out.Past[a] = append(out.Past[a], v.Past[a][i])
		}
	}
	return out
}

// FollowPointer requests all mouse motion.
func (s *sandwich) FollowPointer() {}

// Title implements [tui.Page].
func (s *sandwich) Title() string { return "around " + profile.ShortName(s.fn.Name) }

// Resize gives each part half of the room.
func (s *sandwich) Resize(r tui.Rect) {
	upper := r.H / 2
	s.callers.Resize(tui.Rect{X: r.X, Y: r.Y, W: r.W, H: upper})
	s.callees.Resize(tui.Rect{X: r.X, Y: r.Y + upper, W: r.W, H: r.H - upper})
}

// Refresh implements [tui.Page].
func (s *sandwich) Refresh(force bool) tea.Cmd {
	return tea.Batch(s.callers.Refresh(force), s.callees.Refresh(force))
}

// Update passes keys to the part that is active, and the mouse to the one under it.
func (s *sandwich) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyPressMsg:
		switch {
		case key.Matches(m, s.active.keys.Sandwich):
			s.turn()
			return nil
		case key.Matches(m, s.active.keys.Measure):
			return tea.Batch(s.callers.Update(msg), s.callees.Update(msg))
		}
		return s.active.Update(msg)
	case tea.MouseMsg:
		s.active = s.callees
		if m.Mouse().Y < s.callees.room.Y {
			s.active = s.callers
		}
		return s.active.Update(msg)
	}
	return tea.Batch(s.callers.Update(msg), s.callees.Update(msg))
}

// turn makes the other part active.
func (s *sandwich) turn() {
	if s.active == s.callees {
		s.active = s.callers
	} else {
		s.active = s.callees
	}
}

// View implements [tui.Page].
func (s *sandwich) View() string {
	if s.callers.room.H <= 0 {
		return s.callees.View()
	}
	return s.callers.View() + "\n" + s.callees.View()
}

// Open opens the function under the cursor.
func (s *sandwich) Open() tui.Page { return s.active.Open() }

// ZoomIn zooms into the active part.
func (s *sandwich) ZoomIn() bool { return s.active.ZoomIn() }

// ZoomOut undoes a zoom, but not the one onto the function.
func (s *sandwich) ZoomOut() bool { return len(s.active.zooms) > 1 && s.active.ZoomOut() }

// SelectedRow returns the function under the cursor.
func (s *sandwich) SelectedRow() (tui.Row, bool) { return s.active.SelectedRow() }

// Hints implements [tui.Page].
func (s *sandwich) Hints() []key.Binding {
	turn := tui.Bind("s", "callers", "s")
	if s.active == s.callers {
		turn = tui.Bind("s", "callees", "s")
	}
	return append([]key.Binding{s.active.vc.Keys.Back, turn}, s.active.Hints()...)
}

// PageKeys returns the keys in the help.
func (s *sandwich) PageKeys() tui.KeyGroup { return s.active.PageKeys() }

// Help implements [tui.Page].
func (s *sandwich) Help() []string {
	return []string{"One function, wherever it is called: its callers above it, the nearest first, and its callees below it, as wide as what flows through them. s switches between the two parts; enter zooms."}
}

// Position implements [tui.Page].
func (s *sandwich) Position() string { return s.active.Position() }

// SetTheme implements [tui.Themed].
func (s *sandwich) SetTheme(t theme.Theme) {
	s.callers.SetTheme(t)
	s.callees.SetTheme(t)
}

// Document implements [tui.Exporter].
func (s *sandwich) Document() func(*export.Document) {
	callers, callees := s.callers.Document(), s.callees.Document()
	name := s.fn.Name
	return func(d *export.Document) {
		d.Text = append(d.Text, export.Paragraph{Head: "function", Text: name})
		var upper export.Document
		callers(&upper)
		callees(d)
		for i := range upper.Tables {
			upper.Tables[i].Title = "Callers"
		}
		for i := range d.Tables {
			d.Tables[i].Title = strings.TrimSpace("Callees " + d.Tables[i].Title)
		}
		d.Tables = append(upper.Tables, d.Tables...)
	}
}
