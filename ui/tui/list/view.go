package list

import (
	"strings"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// HideColumns hides the columns that the user has chosen to hide, and those that say
// nothing of the rows.
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
	l.fitTable()
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

// hiddenOf returns the columns to hide: a profile fetched once, or given alone, has no
// history.
func hiddenOf(vc *tui.ViewContext, s tui.Settings) []string {
	if s.FetchedAt.IsZero() && !vc.IsOneProfile() {
		return nil
	}
	return []string{growthID, ageID, sparkID, verdictID}
}

// View implements [tui.Page].
func (l *List[R]) View() string {
	view := l.table.View()
	if l.spec.Legend == nil || len(l.all) == 0 {
		return view
	}
	if l.hasLegendLine() {
		return view + "\n" + l.vc.Theme.Render(theme.Dim, l.legendLine())
	}
	legend := l.wholeLegend()
	lines := strings.Split(view, "\n")
	if free := len(lines) - 1 - l.table.Len(); len(legend) >= free {
		return view
	}
	copy(lines[len(lines)-len(legend):], tui.Dim(l.vc.Theme, legend))
	return strings.Join(lines, "\n")
}

// minLegendHeight is the height of a list that spares a line for the legend.
const minLegendHeight = 9

// fitTable gives the table the room of the page. Where rows leave none for the legend, its
// last line is kept for what the words of the visible rows mean.
func (l *List[R]) fitTable() {
	h := l.height
	if l.spec.Legend != nil && len(l.all) > 0 && h >= minLegendHeight && l.table.IsShown(verdictID) && h-1-l.table.Len() <= len(l.wholeLegend()) {
		h--
	}
	l.table.SetSize(l.width, h)
}

// hasLegendLine reports whether the last line is that of the legend.
func (l *List[R]) hasLegendLine() bool { return l.table.Height() < l.height }

func (l *List[R]) wholeLegend() []string {
	return format.WrapIndented(strings.Join(l.spec.Legend(l.all), legendSep), l.width-2, "  ")
}

const legendSep = " " + theme.SymbolDot + " "

// legendLine explains the visible rows on one line. What the cards explain goes first
// where there is no room for it.
func (l *List[R]) legendLine() string {
	shown, _ := l.table.Rows().(rows[R])
	var visible []R
	for _, i := range l.table.VisibleRows() {
		visible = append(visible, shown.all[i])
	}
	words := l.spec.Legend(visible)
	for len(words) > 1 && format.Width(strings.Join(words, legendSep)) > l.width-3 {
		words = words[1:]
	}
	return "  " + format.Fit(strings.Join(words, legendSep), l.width-3)
}
