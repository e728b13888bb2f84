package list

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Column is one column of tables whose rows are R.
type Column[R Row] struct {
	table.Column
	Cell    func(r R) table.Cell
	Compare func(a, b R) int  // nil if it is sorted by Rank, or cannot be sorted by
	Rank    func(r R) float64 // nil if it is sorted by Compare, or cannot be sorted by
	Help    string            // for the help
	// Data returns the exported value of the cell, with its text if that differs from
	// the one on screen; nil to export only the text.
	Data func(r R) export.Cell
	// IsOnlyShown means that the column is not exported, because another column has its
	// data.
	IsOnlyShown bool
}

func (c Column[R]) compareRows(a, b R) int {
	switch {
	case c.Rank != nil:
		return cmp.Compare(c.Rank(a), c.Rank(b))
	case c.Compare != nil:
		return c.Compare(a, b)
	}
	return 0
}

// Columns that are empty for a profile fetched once.
const (
	growthID  = "growth"
	ageID     = "age"
	sparkID   = "last"
	verdictID = "verdict"
)

// EmptyColumns returns those of the given IDs whose columns are empty in all rows.
func EmptyColumns[R Row](columns []Column[R], rows []R, ids ...string) (empty []string) {
	for _, c := range columns {
		isFilled := func(r R) bool { return c.Cell(r).Text != "" }
		if slices.Contains(ids, c.ID) && !slices.ContainsFunc(rows, isFilled) {
			empty = append(empty, c.ID)
		}
	}
	return empty
}

// NameColumn returns the column of names, cut in the middle of a function's name.
func NameColumn[R Row](title, about string) Column[R] {
	return Column[R]{
		Column:  table.Column{ID: "name", Title: title, Width: 20, Grow: 1, Max: 90, Sort: table.SortAsc, Search: true, Fit: format.FitFunc},
		Cell:    func(r R) table.Cell { return table.Text(r.RowLabel().Title()) },
		Compare: func(a, b R) int { return cmp.Compare(a.RowLabel().Name, b.RowLabel().Name) },
		Help:    about,
	}
}

func valueColumn[R MeasuredRow](c table.Column, about string, of func(*Numbers) int64) Column[R] {
	c.Align, c.Width, c.Sort = table.Right, 10, table.SortDesc
	return Column[R]{
		Column: c,
		Cell:   func(r R) table.Cell { return table.Text(r.Measured().Format(of(r.Measured()))) },
		Rank:   func(r R) float64 { return r.Measured().Weight(float64(of(r.Measured()))) },
		Help:   about,
		Data: func(r R) export.Cell {
			return export.Cell{Value: float64(of(r.Measured())), Unit: r.Measured().Unit}
		},
	}
}

// FlatColumn returns the column of what a function allocated itself.
func FlatColumn[R MeasuredRow]() Column[R] {
	return valueColumn[R](table.Column{ID: "flat", Title: "FLAT", DropOrder: 3},
		"FLAT is what the function allocated itself, in its own lines.", func(n *Numbers) int64 { return n.Flat })
}

// CumColumn returns the column of what a function and its callees allocated.
func CumColumn[R MeasuredRow]() Column[R] {
	return valueColumn[R](table.Column{ID: "cum", Title: "CUM"},
		"CUM is what it and everything it called allocated.", func(n *Numbers) int64 { return n.Cum })
}

// HoldsColumn returns the column of what a function is blamed for. Numbers of
// goroutines have their unit, so that they are not taken for bytes.
func HoldsColumn[R MeasuredRow]() Column[R] {
	c := valueColumn[R](table.Column{ID: "holds", Title: "HOLDS"},
		"HOLDS is what the function is responsible for: live bytes that stacks through it allocated, or goroutines.",
		func(n *Numbers) int64 { return n.Cum })
	c.Width, c.Min, c.Grow, c.Max, c.FitTogether = 14, 10, 1, 18, fitHeld
	c.Cell = func(r R) table.Cell { return table.Text(r.Measured().HeldText()) }
	return c
}

// fitHeld shortens what rows hold without cutting a number. It shortens all texts in
// the same way, so that the unit has one name on screen.
func fitHeld(texts []string, w int) []string {
	if !slices.ContainsFunc(texts, func(s string) bool { return format.Width(s) > w }) {
		return texts
	}
	out := make([]string, len(texts))
	for i, s := range texts {
		number, what, _ := strings.Cut(s, " ")
		if strings.HasPrefix(what, "goroutine") {
			s = number + " gor."
		}
		out[i] = s
	}
	return out
}

// ShareColumn returns the column of a row's share of the whole profile.
func ShareColumn[R MeasuredRow]() Column[R] {
	return Column[R]{
		Column: table.Column{ID: "share", Title: "CUM%", Align: table.Right, Width: 6, DropOrder: 1, Sort: table.SortDesc},
		Cell: func(r R) table.Cell {
			return table.Cell{Text: format.Share(r.Measured().Cum, r.Measured().Total), Tone: theme.Dim}
		},
		Rank: func(r R) float64 { return float64(r.Measured().Cum) },
		Help: "CUM% is its share of the whole profile.",
		Data: func(r R) export.Cell {
			n := r.Measured()
			if n.Total == 0 {
				return export.Cell{}
			}
			return export.Cell{Value: 100 * float64(n.Cum) / float64(n.Total), Unit: "%"}
		},
	}
}

// GrowthColumn returns the column of growth rates.
func GrowthColumn[R MeasuredRow]() Column[R] {
	return Column[R]{
		Column: table.Column{ID: growthID, Title: "GROWTH/H", Align: table.Right, Width: 13, Sort: table.SortDesc},
		Cell:   func(r R) table.Cell { return growthCell(r.Measured()) },
		Rank:   func(r R) float64 { return r.Measured().Weight(r.Measured().Rate()) },
		Help:   "GROWTH/H is the growth per hour, measured over the time window (+ -) or since the baseline (b). level means no growth; a single step is shown as +1 MiB once.",
		Data: func(r R) export.Cell {
			n := r.Measured()
			if !n.hasGrowth() {
				return export.Cell{}
			}
			return export.Cell{Text: n.GrowthText(), Value: n.Rate(), Unit: n.Unit + "/hour"}
		},
	}
}

func growthCell(n *Numbers) table.Cell {
	if !n.hasGrowth() {
		return table.Cell{}
	}
	tone := theme.Dim
	switch {
	case n.IsLevel():
	case n.Growth > 0 && n.Evaluation.Shape.IsSuspect():
		tone = theme.GrowthUp
	case n.Growth > 0:
		tone = theme.Plain
	case n.Growth < 0:
		tone = theme.GrowthDown
	}
	return table.Cell{Text: n.GrowthText(), Tone: tone}
}

// AgeColumn returns the column of the mean age of live objects.
func AgeColumn[R MeasuredRow]() Column[R] {
	return Column[R]{
		Column: table.Column{ID: ageID, Title: "AGE", Align: table.Right, Width: 5, DropOrder: 1, Sort: table.SortDesc},
		Cell: func(r R) table.Cell {
			if r.Measured().Age == 0 {
				return table.Cell{}
			}
			return table.Cell{Text: format.Roughly(r.Measured().Age), Tone: theme.Dim}
		},
		Rank: func(r R) float64 { return float64(r.Measured().Age) },
		Help: "AGE is the mean age of its live objects: the bytes in use divided by those allocated per second. In a cache it stays constant; in a leak it grows.",
		Data: func(r R) export.Cell {
			if r.Measured().Age == 0 {
				return export.Cell{}
			}
			return export.Cell{Value: r.Measured().Age.Seconds(), Unit: "seconds"}
		},
	}
}

// SparkColumn returns the column of values over the window.
func SparkColumn[R MeasuredRow]() Column[R] {
	return Column[R]{
		Column: table.Column{ID: sparkID, Title: "LAST", Width: profile.Anchors, DropOrder: 2, Sort: table.SortNone},
		Cell: func(r R) table.Cell {
			return table.Cell{Text: chart.Spark(r.Measured().Spark, profile.Anchors), Tone: theme.ChartLine}
		},
		Help: "LAST is its values over the time window.",
		Data: func(r R) export.Cell { return export.Cell{Spark: r.Measured().Spark} },
	}
}

// VerdictColumn returns the column of evaluations. Rows of a suspect have its letter.
func VerdictColumn[R MeasuredRow]() Column[R] {
	return Column[R]{
		Column: table.Column{ID: verdictID, Title: "VERDICT", Width: 9, DropOrder: 4, Sort: table.SortDesc},
		Cell: func(r R) table.Cell {
			n := r.Measured()
			text := tui.VerdictWord(n.Evaluation.Shape)
			if n.Card > 0 {
				text = tui.LetterName(n.Card) + " " + text
			}
			return table.Cell{Text: text, Tone: tui.ShapeTone(n.Evaluation.Shape)}
		},
		Rank: func(r R) float64 { return float64(tui.ShapeRank(r.Measured().Evaluation.Shape)) },
		Help: "VERDICT is what the growth looks like, preceded by the letter of the suspect above that the row belongs to. " +
			strings.Join(tui.ExplainVerdicts(nil), "; ") + ". Press v for the reasons.",
		Data: func(r R) export.Cell { return export.Cell{Text: tui.VerdictWord(r.Measured().Evaluation.Shape)} },
	}
}
