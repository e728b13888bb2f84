package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/tui"
	panes "github.com/leaktop/leaktop/ui/tui/fleet"
)

// fleetModel is the live view of a fleet: its members side by side, what they have in
// common, and what is odd about one.
type fleetModel struct{ *opener }

// newFleetModel returns the view of a fleet for a terminal with these colors. ascii means
// that the terminal does not display Unicode.
func newFleetModel(f *fleet.Fleet, colors colorprofile.Profile, ascii bool) *fleetModel {
	m := &fleetModel{}
	m.opener = newOpener(f, m, len(fleetPanes), colors, ascii)
	for _, p := range fleetPanes {
		m.nav.panes = append(m.nav.panes, p.make(m.vc, m.openMember))
	}
	return m
}

// fleetPanes lists the panes of a fleet in the order of their tabs.
var fleetPanes = []struct {
	name string
	make func(*tui.ViewContext, panes.Opener) tui.Page
}{
	{"Fleet", func(vc *tui.ViewContext, open panes.Opener) tui.Page { return panes.NewMembers(vc, open) }},
	{"Suspects", panes.NewSuspects},
	{"Odd ones", panes.NewOutliers},
}

// paneNames implements [listed].
func (m *fleetModel) paneNames() (names []string) {
	for _, p := range fleetPanes {
		names = append(names, p.name)
	}
	return names
}

// setFleet implements [listed].
func (m *fleetModel) setFleet(*tui.ViewContext, fleet.State) {}

// start implements [listed]: the opener already follows the fleet's states.
func (m *fleetModel) start() tea.Cmd { return nil }

// apply implements [listed]: everything it shows is in the states of the fleet.
func (m *fleetModel) apply(tea.Msg) (tea.Cmd, bool) { return nil, false }

// name implements [listed].
func (m *fleetModel) name() string { return m.fleet.Name() }

// noun implements [listed].
func (m *fleetModel) noun() string { return m.nounFor(1) }

// nounFor returns what n members are called.
func (m *fleetModel) nounFor(n int) string { return report.FleetNoun(*m.vc.Fleet, n) }

// bindings implements [listed].
func (m *fleetModel) bindings() []openerBinding {
	all := []openerBinding{
		{func(k tui.KeyMap) key.Binding { return k.Wider }, func(o *opener, _ tea.KeyPressMsg) tea.Cmd { return valueAction{o.core}.changeWindow(1) }},
		{func(k tui.KeyMap) key.Binding { return k.Narrower }, func(o *opener, _ tea.KeyPressMsg) tea.Cmd { return valueAction{o.core}.changeWindow(-1) }},
		{func(k tui.KeyMap) key.Binding { return k.Bundle }, func(*opener, tea.KeyPressMsg) tea.Cmd { return m.openBundle() }},
	}
	if _, ok := m.vc.Fleet.Replay(); !ok {
		return all
	}
	for _, k := range fleetReplayKeys {
		all = append(all, openerBinding{k.key, func(*opener, tea.KeyPressMsg) tea.Cmd {
			if r, ok := m.vc.Fleet.Replay(); ok {
				k.do(m, r)
			}
			return nil
		}})
	}
	return all
}

// fleetReplayKeys move the replays of all members at once.
var fleetReplayKeys = []struct {
	key func(tui.KeyMap) key.Binding
	do  func(*fleetModel, fleet.Replay)
}{
	{func(k tui.KeyMap) key.Binding { return k.Play }, func(_ *fleetModel, r fleet.Replay) { r.Toggle() }},
	{func(k tui.KeyMap) key.Binding { return k.StepBack }, func(_ *fleetModel, r fleet.Replay) { r.Step(-1) }},
	{func(k tui.KeyMap) key.Binding { return k.StepOn }, func(_ *fleetModel, r fleet.Replay) { r.Step(1) }},
	{func(k tui.KeyMap) key.Binding { return k.Slower }, func(_ *fleetModel, r fleet.Replay) { r.ChangeSpeed(-1) }},
	{func(k tui.KeyMap) key.Binding { return k.Faster }, func(_ *fleetModel, r fleet.Replay) { r.ChangeSpeed(1) }},
	{func(k tui.KeyMap) key.Binding { return k.PrevEvent }, func(m *fleetModel, r fleet.Replay) { m.jumpToEvent(r, -1) }},
	{func(k tui.KeyMap) key.Binding { return k.NextEvent }, func(m *fleetModel, r fleet.Replay) { m.jumpToEvent(r, 1) }},
}

// jumpToEvent moves all replays to the next event of any member, or to the previous one.
func (m *fleetModel) jumpToEvent(r fleet.Replay, by int) {
	e, of, ok := r.Jump(by)
	if !ok {
		m.reportStatus(false, "No further event in this direction.")
		return
	}
	m.reportStatus(false, m.vc.FormatClock(e.Time)+" "+of.Name+": "+string(e.Kind)+": "+report.DescribeEvent(e))
}

// returnFrom implements [listed]: the list adopts what the view of the member showed.
func (m *fleetModel) returnFrom(v *Model) {
	if r, ok := m.vc.Fleet.Replay(); ok && v.vc.State.Replay != nil {
		r.Seek(v.vc.State.Replay.At)
	}
}
