package fleet

import (
	"cmp"
	"fmt"
	"math"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	compare "github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// outlierRow is something that one member holds far more or less of than the others.
type outlierRow struct {
	list.Label
	name    string // of the member
	outlier compare.Outlier
}

// outliers is the pane that lists what is odd.
type outliers struct {
	*list.List[*outlierRow]
	open Opener
}

// NewOutliers makes the pane of what is odd about a member; enter opens the member.
func NewOutliers(vc *tui.ViewContext, open Opener) tui.Page {
	return &outliers{list.New(vc, list.Spec[*outlierRow]{
		Name: "Odd ones", Empty: "No process holds far more or less of anything than the others. A comparison takes at least three.",
		Columns: outlierColumns(), Rows: makeOutlierRows,
		About: []string{
			"What one process holds far more or less of than the others: at least 1.5 times as much or as little as the median of all, and by more than chance. enter opens the process.",
			fmt.Sprintf("With fewer than %d processes, the median says little.", compare.FewCompared),
		},
	}), open}
}

// Choose opens the member under the cursor.
func (o *outliers) Choose() tea.Cmd {
	if r, ok := o.Selected(); ok {
		return o.open(r.outlier.ID)
	}
	return nil
}

// Hints implements [tui.Page].
func (o *outliers) Hints() []key.Binding { return fleetHints(o.Context()) }

func makeOutlierRows(q tui.ViewContext) (out []*outlierRow) {
	if q.Fleet == nil {
		return nil
	}
	for _, o := range q.Fleet.Comparison.Outliers {
		m, _ := q.Fleet.Find(o.ID)
		name := o.Function
		if name == "" {
			name = "live heap"
			if o.Kind == profile.Goroutine {
				name = "all goroutines"
			}
		}
		out = append(out, &outlierRow{list.Label{Key: o.ID + " " + string(o.Kind) + " " + o.Function, Name: name}, m.Name, o})
	}
	return out
}

// unitOf returns the unit of what an outlier counts.
func unitOf(o compare.Outlier) string {
	if o.Kind == profile.Goroutine {
		return "goroutines"
	}
	return "bytes"
}

func outlierColumns() []list.Column[*outlierRow] {
	value := func(id, title, help string, of func(compare.Outlier) float64) list.Column[*outlierRow] {
		return list.Column[*outlierRow]{
			Column: table.Column{ID: id, Title: title, Width: 10, Align: table.Right, Sort: table.SortDesc},
			Cell: func(r *outlierRow) table.Cell {
				return table.Text(format.Value(int64(of(r.outlier)), unitOf(r.outlier)))
			},
			Compare: func(a, b *outlierRow) int { return cmp.Compare(of(a.outlier), of(b.outlier)) },
			Help:    help,
			Data:    func(r *outlierRow) export.Cell { return export.Cell{Value: of(r.outlier), Unit: unitOf(r.outlier)} },
		}
	}
	return []list.Column[*outlierRow]{
		{
			Column:  table.Column{ID: "member", Title: "NAME", Width: 12, Grow: 1, Max: 40, Sort: table.SortAsc, Fit: format.FitLeft},
			Cell:    func(r *outlierRow) table.Cell { return table.Text(r.name) },
			Compare: func(a, b *outlierRow) int { return cmp.Compare(a.name, b.name) },
		},
		list.NameColumn[*outlierRow]("WHAT", "WHAT is the function to blame for it."),
		{
			Column:  table.Column{ID: "kind", Title: "KIND", Width: 9, Sort: table.SortAsc, DropOrder: 1},
			Cell:    func(r *outlierRow) table.Cell { return table.Cell{Text: string(r.outlier.Kind), Tone: theme.Dim} },
			Compare: func(a, b *outlierRow) int { return cmp.Compare(a.outlier.Kind, b.outlier.Kind) },
		},
		value("value", "HOLDS", "HOLDS is what it holds now, MEDIAN the median of all.", func(o compare.Outlier) float64 { return o.Value }),
		value("median", "MEDIAN", "", func(o compare.Outlier) float64 { return o.Median }),
		{
			Column: table.Column{ID: "ratio", Title: "TIMES", Width: 7, Align: table.Right, Sort: table.SortDesc},
			Cell: func(r *outlierRow) table.Cell {
				return table.Cell{Text: ratioText(r.outlier), Tone: theme.Accent}
			},
			Compare: func(a, b *outlierRow) int { return cmp.Compare(a.outlier.Ratio(), b.outlier.Ratio()) },
			Help:    "TIMES is how many times the median it holds.",
		},
	}
}

func ratioText(o compare.Outlier) string {
	switch r := o.Ratio(); {
	case o.IsOnlyHolder():
		return "only it"
	case math.IsInf(r, 1):
		return "most 0"
	case r < 9.95:
		return fmt.Sprintf("%.1f×", r)
	default:
		return format.Count(math.Round(r)) + "×"
	}
}
