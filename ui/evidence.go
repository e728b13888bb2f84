package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/evidence"
	"github.com/leaktop/leaktop/ui/tui/overview"
)

// evidenceAction opens the evidence for a suspect.
type evidenceAction struct {
	*core
	refused bool // the last key press explained why the row is not suspected
}

// suspectPage is a page about one suspect.
type suspectPage interface {
	tui.Page
	IsOf(leak.Suspect) bool
}

// noteKey clears refused, unless the same key is pressed again.
func (a *evidenceAction) noteKey(msg tea.KeyPressMsg) {
	a.refused = a.refused && key.Matches(msg, a.vc.Keys.Evidence)
}

// openEvidence opens the evidence of the row under the cursor, or else of the first
// suspect. For a row that is not a suspect it explains why; a second key press opens
// the first suspect. On an evidence page it opens the next suspect.
func (a *evidenceAction) openEvidence() tea.Cmd {
	if p, ok := a.currentPage().(suspectPage); ok {
		return a.openNext(p)
	}
	r := a.vc.State.Report
	chosen, ok := a.suspectOfRow()
	if row, selected := a.selectedRow(); !ok && !a.refused && selected && row.Look.Text != "" {
		text := "Not suspected: " + profile.ShortName(row.Name) + ": " + row.Look.Text
		if a.refused = len(r.Suspects) > 0; a.refused {
			text += ". v again: the evidence of " + r.Suspects[0].Label()
		}
		a.reportStatus(false, text)
		return nil
	}
	a.refused = false
	if len(r.Suspects) == 0 {
		a.reportStatus(false, "Nothing is suspected: "+r.Caveat.String())
		return nil
	}
	if !ok {
		chosen = r.Suspects[0]
	}
	return a.openSuspect(chosen)
}

// explainLine opens the evidence of the suspect on a line of the verdict.
func (a *evidenceAction) explainLine(line int) tea.Cmd {
	if s, ok := overview.SuspectAt(a.vc, a.layout.suspects.W, a.layout.suspects.H, line); ok {
		return a.openSuspect(s)
	}
	return a.openEvidence()
}

func (a *evidenceAction) openSuspect(s leak.Suspect) tea.Cmd {
	return a.openPage(evidence.New(a.vc, s))
}

// openNext replaces the evidence page by that of the next suspect.
func (a *evidenceAction) openNext(p suspectPage) tea.Cmd {
	all := a.vc.State.Report.Suspects
	i := slices.IndexFunc(all, p.IsOf)
	if len(all) == 0 || len(all) == 1 && i == 0 {
		a.reportStatus(false, "This is the evidence; nothing else is suspected.")
		return nil
	}
	a.nav.replace(evidence.New(a.vc, all[(i+1)%len(all)]))
	return a.showPage()
}

// selectedRow returns the row under the cursor.
func (a *evidenceAction) selectedRow() (tui.Row, bool) {
	if p, ok := a.currentPage().(tui.HasRow); ok {
		return p.SelectedRow()
	}
	return tui.Row{}, false
}

// suspectOfRow returns the suspect that the selected row is about.
func (a *evidenceAction) suspectOfRow() (leak.Suspect, bool) {
	row, ok := a.selectedRow()
	if !ok {
		return leak.Suspect{}, false
	}
	if row.Kind == "" {
		row.Kind = a.vc.Kind
	}
	for _, s := range a.vc.State.Report.Suspects {
		if s.Group != nil && s.Group.Kind == row.Kind && s.Group.Blame == row.Blame {
			return s, true
		}
	}
	return leak.Suspect{}, false
}
