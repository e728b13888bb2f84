package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/tui/evidence"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// evidence opens why the selected row is suspected; where no row is one, the
// first suspect. A row that is not suspected says why, and the key once more opens
// that of the first. From evidence it goes on to
// that of the next suspect.
func (m *Model) evidence(tea.KeyPressMsg) tea.Cmd {
	if p, ok := m.page().(*evidence.Page); ok {
		return m.nextEvidence(p)
	}
	r := m.vc.State.Report
	chosen, ok := m.suspectOfRow()
	if e := m.selectedEntry(); !ok && !m.again && e != nil && e.Look.Text != "" {
		text := "Not suspected: " + profile.ShortName(e.Name) + ": " + e.Look.Text
		if m.again = len(r.Suspects) > 0; m.again {
			text += ". v again: the evidence of " + r.Suspects[0].Who()
		}
		m.say(false, text)
		return nil
	}
	m.again = false
	if len(r.Suspects) == 0 {
		m.say(false, "Nothing is suspected: "+r.Caveat.String())
		return nil
	}
	if !ok {
		chosen = r.Suspects[0]
	}
	return m.openEvidence(chosen)
}

func (m *Model) openEvidence(s leak.Suspect) tea.Cmd {
	m.path = append(m.path, evidence.New(m.vc, s))
	return m.show()
}

// nextEvidence puts the evidence of the next suspect in the place of one.
func (m *Model) nextEvidence(p *evidence.Page) tea.Cmd {
	all := m.vc.State.Report.Suspects
	i := slices.IndexFunc(all, func(s leak.Suspect) bool { return p.IsOf(s) })
	if len(all) == 0 || len(all) == 1 && i == 0 {
		m.say(false, "This is the evidence; nothing else is suspected.")
		return nil
	}
	m.path[len(m.path)-1] = evidence.New(m.vc, all[(i+1)%len(all)])
	return m.show()
}

// everywhere are the keys that are shown on every page behind its own, as far as
// they lead anywhere from it.
func (m *Model) everywhere() []key.Binding {
	why := m.vc.Keys.Evidence
	if _, ok := m.page().(*evidence.Page); ok {
		why.SetHelp("v", "next suspect")
		if len(m.vc.State.Report.Suspects) < 2 {
			why = key.Binding{}
		}
	}
	return []key.Binding{why, m.vc.Keys.Profile}
}

// selectedEntry is the row under the cursor, nil where there is none.
func (m *Model) selectedEntry() *list.Entry {
	if l, ok := m.page().(interface{ Selected() *list.Entry }); ok {
		return l.Selected()
	}
	return nil
}

// suspectOfRow is the suspect that the selected row is about.
func (m *Model) suspectOfRow() (leak.Suspect, bool) {
	e := m.selectedEntry()
	if e == nil {
		return leak.Suspect{}, false
	}
	kind, blame := m.vc.Kind, e.Fn
	switch {
	case e.Group != nil:
		kind, blame = e.Group.Kind, e.Group.Blame
	case e.Stack != nil:
		blame = e.Stack.Blame
	}
	for _, s := range m.vc.State.Report.Suspects {
		if s.Group != nil && s.Group.Kind == kind && s.Group.Blame == blame {
			return s, true
		}
	}
	return leak.Suspect{}, false
}
