package list

import (
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Legend explains the letters, and the words in the column of evaluations that rows
// have.
func Legend[R MeasuredRow](all []R) []string {
	var shapes []leak.Shape
	first, last := 0, 0 // letters that rows have
	for _, r := range all {
		n := r.Measured()
		if s := n.Evaluation.Shape; !slices.Contains(shapes, s) {
			shapes = append(shapes, s)
		}
		last = max(last, n.Card)
		if n.Card > 0 && (first == 0 || n.Card < first) {
			first = n.Card
		}
	}
	words := tui.ExplainVerdicts(shapes)
	switch {
	case last == 0:
	case first == last:
		words = append([]string{tui.LetterName(first) + ": see the verdict"}, words...)
	default:
		words = append([]string{tui.LetterName(first) + "–" + tui.LetterName(last) + ": see the verdict"}, words...)
	}
	return words
}

// minLegendHeight is the minimum height of a list with a line for the legend.
const minLegendHeight = 9

// fitTable gives the table the room of the page. If rows leave no room for the legend, the
// last line is reserved for the words of the visible rows.
func fitTable[R Row](l *List[R]) {
	h := l.height
	l.legendBelow = l.spec.Legend != nil && len(l.all) > 0 && h >= minLegendHeight && table.IsShown(l.table, verdictID) &&
		h-1-l.table.Len() <= len(wholeLegend(l))
	if l.legendBelow {
		h--
	}
	l.table.SetSize(l.width, h)
}

const legendSep = " " + theme.SymbolDot + " "

// wholeLegend explains all rows.
func wholeLegend[R Row](l *List[R]) []string {
	return format.WrapIndented(strings.Join(l.spec.Legend(l.all), legendSep), l.width-2, "  ")
}

// legendLine explains the visible rows on one line. If there is too little room, what
// the cards explain is left out first.
func legendLine[R Row](l *List[R]) string {
	shown, _ := l.table.Rows().(rows[R])
	var visible []R
	for _, i := range table.VisibleRows(l.table) {
		visible = append(visible, shown.all[i])
	}
	words := l.spec.Legend(visible)
	for len(words) > 1 && format.Width(strings.Join(words, legendSep)) > l.width-3 {
		words = words[1:]
	}
	return "  " + format.Fit(strings.Join(words, legendSep), l.width-3)
}
