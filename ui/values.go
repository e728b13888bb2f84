package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
)

// valueAction chooses the values on screen: the profile, its sample type, the window,
// and whether they follow the target.
type valueAction struct{ *core }

// learnTypes finds out which sample types the chosen profile has. By pprof's
// convention the last is the most important, so they are reversed. If there will be no
// heap profile, it chooses the goroutines.
func (a valueAction) learnTypes() {
	if s, _ := a.vc.History.Latest(profile.Goroutine); s != nil && a.vc.Kind == profile.Heap && tui.IsMissing(a.vc, profile.Heap) {
		a.vc.Kind, a.vc.Sample = profile.Goroutine, ""
	}
	s, _ := a.vc.History.Latest(a.vc.Kind)
	if s == nil {
		return
	}
	a.vc.Types = slices.Clone(s.Types)
	slices.Reverse(a.vc.Types)
	if a.vc.Sample == "" {
		a.vc.Sample = firstType(s, a.vc.Kind.Info().SampleType)
	}
}

// firstType returns the sample type shown first: the kind's, else the profile's
// own.
func firstType(s *profile.Snapshot, wanted string) string {
	for _, t := range s.Types {
		if t.Name == wanted {
			return wanted
		}
	}
	return s.Types[s.Default].Name
}

// nextType switches to the next sample type of the profile, and from the last type of
// the heap to the goroutines.
func (a valueAction) nextType() tea.Cmd {
	types := a.vc.Types
	i := slices.IndexFunc(types, func(t profile.SampleType) bool { return t.Name == a.vc.Sample })
	if i >= 0 && i+1 < len(types) {
		return a.setType(types[i+1].Name)
	}
	switch a.vc.Kind {
	case profile.Heap:
		if s, _ := a.vc.History.Latest(profile.Goroutine); s != nil {
			return a.chooseKind(profile.Goroutine)
		}
	case profile.Goroutine:
		if !tui.IsMissing(a.vc, profile.Heap) {
			return a.chooseKind(profile.Heap)
		}
	}
	if len(types) > 0 {
		return a.setType(types[0].Name)
	}
	return a.currentPage().Refresh(true)
}

func (a valueAction) setType(sample string) tea.Cmd {
	a.vc.Sample = sample
	a.reportValues()
	return a.currentPage().Refresh(true)
}

// chooseKind chooses the kind of profile that functions and stacks come from.
func (a valueAction) chooseKind(k profile.Kind) tea.Cmd {
	a.vc.Kind, a.vc.Sample, a.vc.Types = k, "", nil
	a.learnTypes()
	a.reportValues()
	return a.currentPage().Refresh(true)
}

// reportValues tells the user what the values are now, and, if the pane on screen does
// not show them, where to see them.
func (a valueAction) reportValues() {
	text := "Values: " + format.Sample(string(a.vc.Kind), a.vc.Sample)
	if _, own := a.ownSubject(); own {
		var where []string
		for i, p := range paneTable {
			if p.showsAnyKind {
				where = append(where, fmt.Sprintf("%s (%d)", p.name, i+1))
			}
		}
		text += ", shown by " + strings.Join(where, ", ")
	}
	a.reportStatus(false, text)
}

// showKind shows a kind of profile on a pane that can show it.
func (a valueAction) showKind(k profile.Kind) tea.Cmd {
	cmd := tea.Batch(a.chooseKind(k), a.showValuesPane())
	a.reportValues() // for the new pane
	return cmd
}

// showValuesPane goes to a pane that shows any kind of profile, unless one is on
// screen.
func (a valueAction) showValuesPane() tea.Cmd {
	if len(a.nav.path) > 0 || !paneTable[a.nav.pane].showsAnyKind {
		a.nav.goTo(slices.IndexFunc(paneTable, func(p paneSpec) bool { return p.showsAnyKind }))
	}
	return a.showPage()
}

// togglePause freezes the whole screen, or resumes.
func (a valueAction) togglePause() tea.Cmd {
	if a.vc.Paused {
		return a.resume()
	}
	a.vc.Paused = true
	return nil
}

// changeWindow selects the next wider (1) or narrower (-1) window, if there is one.
func (a valueAction) changeWindow(step int) tea.Cmd {
	next := a.vc.Window
	for i, w := range tui.Windows { // the current one may not be in the list
		wider := next > 0 && (w == 0 || w > a.vc.Window)
		if step > 0 && wider {
			next = w
			break
		}
		if step < 0 && (a.vc.Window == 0 && i < len(tui.Windows)-1 || w > 0 && w < a.vc.Window) {
			next = w
		}
	}
	return a.setWindow(next)
}

// setWindow sets the window; 0 is the whole watch.
func (a valueAction) setWindow(d time.Duration) tea.Cmd {
	a.vc.Window = d
	a.reportStatus(false, "Charts and growth: "+tui.WindowName(a.vc.Window))
	return a.refreshAll()
}
