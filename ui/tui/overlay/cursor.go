package overlay

import (
	"slices"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Timeline is the charts that a cursor moves over.
type Timeline interface {
	// SetCursor shows the cursor at a time, and the first of two marked moments; zero
	// times show none.
	SetCursor(from, at time.Time)
	// Times returns the times that have values, in order.
	Times() []time.Time
	// TimeAt returns the time at a point of the screen; ok is false outside of the
	// charts.
	TimeAt(x, y int) (at time.Time, ok bool)
	// Describe describes the values at a time, or, if from is not zero, how they differ
	// from those at from.
	Describe(from, at time.Time) string
}

// CursorActions are the effects of a cursor on the charts.
type CursorActions struct {
	Compare func(from, to time.Time) tea.Cmd // shows the difference of two moments
	Seek    func(at time.Time)               // goes to a moment of a replay; nil for a live target
	// Marked is a moment that was marked before, zero for none; Mark records another one.
	// A live target has neither, since its cursor reaches all moments.
	Marked time.Time
	Mark   func(at time.Time)
}

// Cursor reads the charts at a time, and marks two moments to compare.
type Cursor struct {
	stack    *Stack
	line     Timeline
	actions  CursorActions
	at, from time.Time
	paging   bool // the last key went to the page, so enter does as well
}

// farStep is the number of values that shift and an arrow move over.
const farStep = 10

var (
	cursorMove   = tui.Bind("←→", "move", "left", "right", "h", "l")
	cursorFar    = tui.Bind("shift+←→", "ten at a time", "shift+left", "shift+right")
	cursorMark   = tui.Bind("m", "mark", "m")
	cursorEvents = tui.Bind("[ ]", "events", "[", "]")
	cursorEnds   = tui.Bind("home end", "first and last", "home", "end")
	cursorGo     = tui.Bind("enter", "compare", "enter")
)

// cursorKeys returns the keys of the cursor, for the help.
func cursorKeys() tui.KeyGroup {
	return tui.KeyGroup{Title: "Cursor on the charts", Keys: []key.Binding{cursorMove, cursorFar, cursorEnds, cursorEvents, cursorMark, cursorGo}}
}

// OpenCursor puts a cursor on the charts at the value nearest to a time; zero is the
// newest.
func (s *Stack) OpenCursor(line Timeline, at time.Time, actions CursorActions) {
	times := line.Times()
	if len(times) == 0 {
		s.say(false, "The charts have no values yet.")
		return
	}
	c, open := Find[*Cursor](s)
	if !open {
		c = &Cursor{stack: s, line: line, actions: actions, from: actions.Marked}
		s.Open(c)
	}
	if at.IsZero() {
		at = times[len(times)-1]
	}
	c.paging = false
	c.moveTo(times[nearestTime(times, at)])
}

// nearestTime returns the index of the time nearest to at.
func nearestTime(times []time.Time, at time.Time) int {
	i, _ := slices.BinarySearchFunc(times, at, time.Time.Compare)
	if i == len(times) || i > 0 && at.Sub(times[i-1]) < times[i].Sub(at) {
		i--
	}
	return max(i, 0)
}

func (c *Cursor) moveTo(at time.Time) {
	c.at = at
	c.line.SetCursor(c.from, c.at)
}

// step moves by a number of values.
func (c *Cursor) step(n int) {
	if times := c.line.Times(); len(times) > 0 {
		c.moveTo(times[max(0, min(nearestTime(times, c.at)+n, len(times)-1))])
	}
}

// Key moves the cursor, marks and compares; other keys go to the page.
func (c *Cursor) Key(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	switch {
	case key.Matches(msg, cursorMove):
		c.step(tui.Sideways(msg))
	case key.Matches(msg, cursorFar):
		if msg.String() == "shift+left" {
			c.step(-farStep)
		} else {
			c.step(farStep)
		}
	case msg.String() == "home":
		c.step(-1 << 30)
	case msg.String() == "end":
		c.step(1 << 30)
	case msg.String() == "[":
		c.jump(-1)
	case msg.String() == "]":
		c.jump(1)
	case key.Matches(msg, cursorGo) && c.paging:
		return nil, false
	case key.Matches(msg, cursorMark), key.Matches(msg, cursorGo) && c.isIdle():
		c.from = c.at
		if c.actions.Mark != nil {
			c.actions.Mark(c.at)
		}
		c.moveTo(c.at)
	case key.Matches(msg, cursorGo):
		return c.choose(), true
	case key.Matches(msg, c.stack.vc.Keys.Back), key.Matches(msg, c.stack.vc.Keys.ChartCursor), msg.String() == "q":
		c.close()
	default:
		c.paging = true
		return nil, false
	}
	c.paging = false
	return nil, true
}

// isIdle reports whether there is nothing to compare and nowhere to go. Then enter marks the
// moment, as the first step of a comparison.
func (c *Cursor) isIdle() bool {
	return (c.from.IsZero() || c.from.Equal(c.at)) && c.actions.Seek == nil
}

// jump moves to the next event, or with -1 to the one before.
func (c *Cursor) jump(by int) {
	events := c.stack.vc.State.Events
	best := time.Time{}
	for _, e := range events {
		switch d := e.Time.Sub(c.at); {
		case by > 0 && d >= time.Second && (best.IsZero() || e.Time.Before(best)),
			by < 0 && d <= -time.Second && (best.IsZero() || e.Time.After(best)):
			best = e.Time
		}
	}
	if best.IsZero() {
		c.stack.say(false, "No further event in this direction.")
		return
	}
	if times := c.line.Times(); len(times) > 0 {
		c.at = times[nearestTime(times, best)]
	}
	if d := best.Sub(c.at); d != 0 {
		c.at = best // so that the next jump goes on from the event
	}
	c.moveTo(c.at)
}

// choose compares the marked moment with the cursor, or goes to the moment of a
// replay.
func (c *Cursor) choose() tea.Cmd {
	if !c.from.IsZero() && !c.from.Equal(c.at) {
		c.stack.Close(c)
		return c.actions.Compare(c.from, c.at)
	}
	c.close()
	c.actions.Seek(c.at)
	return nil
}

func (c *Cursor) close() {
	c.stack.Close(c)
	c.line.SetCursor(time.Time{}, time.Time{})
}

// Mouse moves the cursor; dragging marks a range.
func (c *Cursor) Mouse(msg tea.MouseMsg) bool {
	m := msg.Mouse()
	at, ok := c.line.TimeAt(m.X, m.Y)
	if !ok {
		return false
	}
	times := c.line.Times()
	if len(times) == 0 {
		return true
	}
	at = times[nearestTime(times, at)]
	switch msg.(type) {
	case tea.MouseClickMsg:
		c.from = time.Time{}
		c.moveTo(at)
	case tea.MouseMotionMsg:
		if m.Button == tea.MouseLeft {
			if c.from.IsZero() {
				c.from = c.at
			}
			c.moveTo(at)
		}
	case tea.MouseReleaseMsg:
		if c.from.Equal(c.at) {
			c.from = time.Time{}
			c.moveTo(at)
		}
	}
	return true
}

// Update does nothing.
func (c *Cursor) Update(tea.Msg) tea.Cmd { return nil }

// Lines returns nil, so that the page stays visible.
func (c *Cursor) Lines(int, int) []string { return nil }

// Footer returns the values at the cursor, and its keys.
func (c *Cursor) Footer(w int) []string {
	t := c.stack.vc.Theme
	values := format.WrapIndented(c.line.Describe(c.from, c.at), w-1, " ")
	keys := []key.Binding{cursorMove, cursorMark, cursorEvents}
	if c.isIdle() && !c.paging {
		keys = []key.Binding{cursorMove, tui.Bind("enter", "mark", "enter"), cursorEvents}
	}
	if !c.from.IsZero() && !c.from.Equal(c.at) {
		keys = []key.Binding{cursorGo, cursorMove, cursorMark, cursorEvents}
	} else if c.actions.Seek != nil {
		keys = append([]key.Binding{tui.Bind("enter", "go there", "enter")}, keys...)
	}
	keys = append(keys, tui.Bind("esc", "close", "esc"))
	var out []string
	for _, l := range values[:min(len(values), 2)] {
		out = append(out, format.Pad(t.Render(theme.Accent, l), w))
	}
	return append(out, c.stack.keyHints(keys, w))
}
