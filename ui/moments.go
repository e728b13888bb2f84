package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overlay"
)

// momentAction reads the charts at a moment, and shows the difference of two.
type momentAction struct{ *core }

// differenceMsg carries the difference of two moments; history is nil if there is
// none.
type differenceMsg struct {
	action  momentAction
	between tui.Range
	history *profile.History
}

// openCursor puts a cursor on the charts at a time; the zero time means the newest.
func (a momentAction) openCursor(at time.Time) tea.Cmd {
	a.zoom.pane = false // the charts must be visible
	if len(a.nav.path) > 0 && a.isCompact() {
		a.zoom.page = !a.zoom.page
	}
	do := overlay.CursorActions{Compare: a.compareMoments}
	if p := a.session.Player(); p != nil && !a.isSingle() {
		do.Seek = func(at time.Time) { session.SeekTo(p, at) }
		do.Marked = a.marked
		do.Mark = func(at time.Time) {
			a.marked = at
			a.reportStatus(false, "Marked "+a.vc.FormatClock(at)+": move the cursor, or move the replay and press x; enter compares.")
		}
	}
	a.overlays.OpenCursor(a.overview, at, do)
	return nil
}

// compareMoments shows the difference of two moments in every table. A replay first goes to
// the later one.
func (a momentAction) compareMoments(from, to time.Time) tea.Cmd {
	if to.Before(from) {
		from, to = to, from
	}
	a.marked = time.Time{}
	if p, r := a.session.Player(), a.vc.State.Replay; p != nil && r != nil && to.After(r.At) {
		a.compareNext = tui.Range{From: from, To: to}
		session.SeekTo(p, to)
		return nil
	}
	h := a.vc.State.History
	return func() tea.Msg {
		diff, _ := h.Between(from, to)
		return differenceMsg{a, tui.Range{From: from, To: to}, diff}
	}
}

// compareArrived compares the two moments once the replay shows the later one.
func (a momentAction) compareArrived() tea.Cmd {
	next, r := a.compareNext, a.vc.State.Replay
	if !next.IsSet() || r == nil || r.At.Before(next.To) || r.Loaded < 1 {
		return nil
	}
	a.compareNext = tui.Range{}
	return a.compareMoments(next.From, next.To)
}

// Apply shows the difference.
func (m differenceMsg) Apply() tea.Cmd {
	a := m.action
	if m.history == nil {
		a.overview.SetCursor(time.Time{}, time.Time{})
		text := "These moments cannot be compared: no process was observed at both."
		if a.vc.State.History.IsUnchangedBetween(m.between.From, m.between.To) {
			text = "No profile is kept from between these moments: mark two that are further apart."
		}
		a.reportStatus(true, text)
		return nil
	}
	a.vc.Range, a.vc.History, a.vc.Baseline = m.between, m.history, true
	a.chooseKeptType()
	a.overview.SetCursor(m.between.From, m.between.To)
	a.reportStatus(false, "Values are the difference of "+m.between.String()+". B or esc drops it.")
	return a.refreshAll()
}

// chooseKeptType chooses a sample type that the compared profiles have.
func (a momentAction) chooseKeptType() {
	valueAction(a).learnTypes()
	for _, t := range a.vc.Types {
		if t.Name == a.vc.Sample {
			return
		}
	}
	a.vc.Sample = ""
	valueAction(a).learnTypes()
}

// dropRange shows the newest values again; it returns false if no range is set.
func (a momentAction) dropRange() (tea.Cmd, bool) {
	if !a.vc.Range.IsSet() {
		return nil, false
	}
	a.vc.Range = tui.Range{}
	a.vc.SetState(a.vc.State)
	a.vc.Baseline = !a.vc.History.Baseline().IsZero()
	a.chooseKeptType()
	a.overview.SetCursor(time.Time{}, time.Time{})
	a.reportStatus(false, "Values are current again.")
	return a.refreshAll(), true
}
