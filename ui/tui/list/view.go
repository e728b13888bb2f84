package list

import (
	"strings"

	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// HideColumns hides the columns that the user has hidden, and those that say nothing
// about the rows.
func (l *List[R]) HideColumns() {
	ids := hiddenOf(l.vc, l.madeWith)
	if l.spec.Hide != nil {
		ids = append(ids, l.spec.Hide(l.all)...)
	}
	for _, c := range l.spec.Columns {
		if l.vc.HiddenColumns[c.ID] {
			ids = append(ids, c.ID)
		}
	}
	l.table.Hide(ids...)
	fitTable(l)
}

// SortBy sorts by the column with an ID; it returns false if there is none.
func (l *List[R]) SortBy(id string) bool {
	for _, c := range l.spec.Columns {
		if c.ID == id && c.Sort != table.SortNone {
			l.table.SetSort(id, c.Sort == table.SortDesc)
			return true
		}
	}
	return false
}

// hiddenOf returns the columns to hide for a profile without a history, because it was
// fetched once or is the only one.
func hiddenOf(vc *tui.ViewContext, s tui.Settings) []string {
	if s.FetchedAt.IsZero() && !vc.IsOneProfile() {
		return nil
	}
	return []string{growthID, ageID, sparkID, verdictID}
}

// View implements [tui.Page].
func (l *List[R]) View() string {
	view := l.table.View()
	switch {
	case l.spec.Legend == nil || len(l.all) == 0:
		return view
	case l.legendBelow:
		return view + "\n" + l.vc.Theme.Render(theme.Dim, legendLine(l))
	}
	legend := wholeLegend(l)
	lines := strings.Split(view, "\n")
	if free := len(lines) - 1 - l.table.Len(); len(legend) >= free {
		return view
	}
	copy(lines[len(lines)-len(legend):], tui.Dim(l.vc.Theme, legend))
	return strings.Join(lines, "\n")
}

// SetTheme draws the table with another theme.
func (l *List[R]) SetTheme(t theme.Theme) { l.table.SetTheme(t) }

// IsFiltered reports whether a filter is set.
func (l *List[R]) IsFiltered() bool { return l.match != nil }
