package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/evidence"
	"github.com/leaktop/leaktop/ui/tui/overview"
)

// evidenceAction opens the evidence for a suspect, or the reasons why a row is not
// suspected.
type evidenceAction struct{ *core }

// suspectPage is a page about one suspect.
type suspectPage interface {
	tui.Page
	IsOf(leak.Suspect) bool
}

// openEvidence opens the evidence for the row under the cursor, or, if it is not
// suspected, the page that says why not. Without a row it opens the first suspect, and
// on an evidence page the next one.
func (a *evidenceAction) openEvidence() tea.Cmd {
	r := a.vc.State.Report
	switch p := a.currentPage().(type) {
	case suspectPage:
		return a.openNext(p)
	case *evidence.WhyNot:
		if len(r.Suspects) > 0 {
			a.nav.pop()
			return a.openSuspect(r.Suspects[0])
		}
	}
	if row, ok := a.selectedRow(); ok {
		if i := a.vc.SuspectOf(row); i >= 0 {
			return a.openSuspect(r.Suspects[i])
		}
		if a.vc.GroupOf(row) != nil || row.Evaluation.Text != "" {
			return a.openPage(evidence.NewWhyNot(a.vc, row))
		}
	}
	if len(r.Suspects) == 0 {
		a.status.setWhile(func() bool { return len(a.vc.State.Report.Suspects) == 0 }, "Nothing is suspected: "+r.Caveat.String())
		return nil
	}
	return a.openSuspect(r.Suspects[0])
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

// openNext replaces the evidence page with that of the next suspect.
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
