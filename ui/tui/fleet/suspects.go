package fleet

import (
	"cmp"
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	compare "github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// suspectRow is a suspect of several members.
type suspectRow struct {
	list.Label
	suspect compare.Suspect
	rank    int
}

// NewSuspects makes the pane of merged suspects; enter on one shows its members.
func NewSuspects(vc *tui.ViewContext, open Opener) tui.Page {
	return suspects{list.New(vc, list.Spec[*suspectRow]{
		Name: "Suspects", Empty: "No suspect yet. Growth must last for 1m30s.",
		Columns: suspectColumns(), Rows: makeSuspectRows,
		Hide: func(rows []*suspectRow) []string {
			return list.EmptyColumns(suspectColumns(), rows, "common")
		},
		Open:  func(r *suspectRow) tui.Page { return newShares(vc, r, open) },
		About: []string{"What leaks or may leak in all processes, by the function to blame. enter shows it in each process."},
	})}
}

// suspects is a list with the keys of a fleet.
type suspects struct{ *list.List[*suspectRow] }

// Hints implements [tui.Page].
func (s suspects) Hints() []key.Binding { return fleetHints(s.Context()) }

// suspectName identifies a suspect through all states.
func suspectName(s leak.Suspect) string { return string(s.Kind) + " " + s.Function }

func makeSuspectRows(q tui.ViewContext) (out []*suspectRow) {
	if q.Fleet == nil {
		return nil
	}
	for i, s := range q.Fleet.Comparison.Suspects {
		name := s.First.Function
		if name == "" {
			name = s.First.Label()
		}
		out = append(out, &suspectRow{list.Label{Key: suspectName(s.First), Name: name}, s, i})
	}
	return out
}

func suspectColumns() []list.Column[*suspectRow] {
	rate := func(id, title string, drop int, help string, of func(compare.Suspect) float64) list.Column[*suspectRow] {
		return list.Column[*suspectRow]{
			Column: table.Column{ID: id, Title: title, Width: 11, FitContent: true, Align: table.Right, Sort: table.SortDesc, DropOrder: drop},
			Cell: func(r *suspectRow) table.Cell {
				return table.Cell{Text: format.Growth(of(r.suspect), r.suspect.First.Unit), Tone: theme.GrowthUp}
			},
			Compare: func(a, b *suspectRow) int { return cmp.Compare(weighRate(a, of), weighRate(b, of)) },
			Help:    help,
			Data: func(r *suspectRow) export.Cell {
				return export.Cell{Value: of(r.suspect), Unit: r.suspect.First.Unit + "/hour"}
			},
		}
	}
	return []list.Column[*suspectRow]{
		list.NameColumn[*suspectRow]("FUNCTION", ""),
		{
			Column:  table.Column{ID: "kind", Title: "KIND", Width: 9, FitContent: true, Sort: table.SortAsc, DropOrder: 3},
			Cell:    func(r *suspectRow) table.Cell { return table.Cell{Text: string(r.suspect.First.Kind), Tone: theme.Dim} },
			Compare: func(a, b *suspectRow) int { return cmp.Compare(a.suspect.First.Kind, b.suspect.First.Kind) },
		},
		{
			Column:  table.Column{ID: "in", Title: "IN", Width: 8, FitContent: true, Align: table.Right, Sort: table.SortDesc},
			Cell:    func(r *suspectRow) table.Cell { return table.Text(inText(r.suspect)) },
			Compare: func(a, b *suspectRow) int { return cmp.Compare(len(a.suspect.Shares), len(b.suspect.Shares)) },
			Help:    "IN is how many of the processes that answered have it.",
			Data: func(r *suspectRow) export.Cell {
				return export.Cell{Text: inText(r.suspect), Value: float64(len(r.suspect.Shares)), Unit: "count"}
			},
		},
		rate("sum", "SUM/H", 0, "SUM/H is its growth per hour in all processes together.", func(s compare.Suspect) float64 { return s.Sum }),
		rate("median", "MEDIAN/H", 4, "MEDIAN/H is its median growth in the processes that have it, MIN/H and MAX/H its slowest and fastest.", func(s compare.Suspect) float64 { return s.Median }),
		rate("min", "MIN/H", 1, "", func(s compare.Suspect) float64 { return s.Min }),
		rate("max", "MAX/H", 2, "", func(s compare.Suspect) float64 { return s.Max }),
		{
			Column: table.Column{ID: "common", Title: "IN COMMON", Width: 12, Grow: 1, Max: 30, DropOrder: 5, Sort: table.SortAsc},
			Cell: func(r *suspectRow) table.Cell {
				return table.Cell{Text: commonText(r.suspect.Split), Tone: theme.Accent}
			},
			Compare: func(a, b *suspectRow) int {
				return cmp.Compare(commonText(a.suspect.Split), commonText(b.suspect.Split))
			},
			Help: "IN COMMON is the version, node or zone shared by all processes in which it leaks, and by no other.",
		},
		{
			Column:  table.Column{ID: "verdict", Title: "VERDICT", Width: 13, FitContent: true, Sort: table.SortAsc},
			Cell:    func(r *suspectRow) table.Cell { return suspectCell(r.suspect.Confidence) },
			Compare: func(a, b *suspectRow) int { return cmp.Compare(a.rank, b.rank) },
		},
	}
}

// weight makes rates of bytes and goroutines comparable.
func weighRate(r *suspectRow, of func(compare.Suspect) float64) float64 {
	if r.suspect.First.Unit == "goroutines" {
		return of(r.suspect) * leak.GoroutineBytes
	}
	return of(r.suspect)
}

func inText(s compare.Suspect) string { return fmt.Sprintf("%d of %d", len(s.Shares), s.Of) }

func commonText(x *compare.Split) string {
	switch {
	case x == nil:
		return ""
	case x.By == compare.ByVersion && x.IsNewer:
		return "since " + x.Value
	}
	return string(x.By) + " " + x.Value
}

func suspectCell(c leak.Confidence) table.Cell {
	h := report.SuspectHead(c)
	return table.Cell{Text: h.String(), Tone: h.Tone}
}

// shareRow is a merged suspect in one member.
type shareRow struct {
	list.Label
	share compare.Share
	row   *Row // of the member
}

// shares is the page of one merged suspect.
type shares struct {
	*list.List[*shareRow]
	open  Opener
	about string
}

// newShares makes the page of one suspect in each of its members.
func newShares(vc *tui.ViewContext, of *suspectRow, open Opener) tui.Page {
	name := suspectName(of.suspect.First)
	s := of.suspect.First
	l := list.New(vc, list.Spec[*shareRow]{
		Name: s.Label(), Empty: "It is no longer suspected.", Columns: shareColumns(),
		Rows:  func(q tui.ViewContext) []*shareRow { return makeShareRows(q, name) },
		About: []string{s.Function + " in each process that it grows in. enter opens the process."},
	})
	return &shares{l, open, strings.TrimSpace(s.Cause + " " + s.Fix)}
}

// Choose opens the member under the cursor.
func (s *shares) Choose() tea.Cmd {
	if r, ok := s.Selected(); ok {
		return s.open(r.Key)
	}
	return nil
}

// Hints implements [tui.Page].
func (s *shares) Hints() []key.Binding { return fleetHints(s.Context()) }

func makeShareRows(q tui.ViewContext, name string) (out []*shareRow) {
	if q.Fleet == nil {
		return nil
	}
	for _, s := range q.Fleet.Comparison.Suspects {
		if suspectName(s.First) != name {
			continue
		}
		for i, x := range s.Shares {
			if m, ok := q.Fleet.Find(x.ID); ok {
				out = append(out, &shareRow{list.Label{Key: x.ID, Name: m.Name}, x, newRow(&q, m, i)})
			}
		}
	}
	of := make([]*Row, len(out))
	for i, r := range out {
		of[i] = r.row
	}
	shortenNodes(of)
	return out
}

func shareColumns() []list.Column[*shareRow] {
	rate := func(r *shareRow) float64 { return r.share.Suspect.GrowthPerHour }
	return []list.Column[*shareRow]{
		{
			Column:  table.Column{ID: "name", Title: "NAME", Width: 12, Grow: 1, Max: 40, FitContent: true, Sort: table.SortAsc, Search: true, Fit: format.FitLeft},
			Cell:    func(r *shareRow) table.Cell { return table.Text(r.Name) },
			Compare: func(a, b *shareRow) int { return cmp.Compare(a.Name, b.Name) },
			Data:    func(r *shareRow) export.Cell { return export.Cell{Text: r.row.Member.FullName} },
		},
		{
			Column:  table.Column{ID: "version", Title: "VERSION", Width: 10, Grow: 1, Max: 20, FitContent: true, Sort: table.SortAsc, DropOrder: 2},
			Cell:    func(r *shareRow) table.Cell { return table.Cell{Text: r.row.Member.Facts.Version, Tone: theme.Dim} },
			Compare: func(a, b *shareRow) int { return cmp.Compare(a.row.Member.Facts.Version, b.row.Member.Facts.Version) },
		},
		{
			Column:  table.Column{ID: "node", Title: "NODE", Width: 10, Grow: 1, Max: 30, FitContent: true, Fit: format.FitLeft, Sort: table.SortAsc, DropOrder: 1},
			Cell:    func(r *shareRow) table.Cell { return table.Cell{Text: r.row.node, Tone: theme.Dim} },
			Compare: func(a, b *shareRow) int { return cmp.Compare(a.row.Member.Facts.Node, b.row.Member.Facts.Node) },
		},
		{
			Column: table.Column{ID: "growth", Title: "GROWTH/H", Width: 12, Align: table.Right, Sort: table.SortDesc},
			Cell: func(r *shareRow) table.Cell {
				return table.Cell{Text: format.Growth(rate(r), r.share.Suspect.Unit), Tone: theme.GrowthUp}
			},
			Compare: func(a, b *shareRow) int { return cmp.Compare(rate(a), rate(b)) },
			Data: func(r *shareRow) export.Cell {
				return export.Cell{Value: rate(r), Unit: r.share.Suspect.Unit + "/hour"}
			},
		},
		{
			Column: table.Column{ID: "range", Title: "90% CI", Width: 21, Align: table.Right, DropOrder: 3, Sort: table.SortNone},
			Cell: func(r *shareRow) table.Cell {
				s := r.share.Suspect
				return table.Cell{Text: format.Growth(max(s.Low, 0), s.Unit) + " – " + format.Growth(s.High, s.Unit), Tone: theme.Dim}
			},
			Help: "90% CI is the 90% confidence interval of its growth.",
		},
		{
			Column:  table.Column{ID: "verdict", Title: "VERDICT", Width: 13, Sort: table.SortAsc},
			Cell:    func(r *shareRow) table.Cell { return suspectCell(r.share.Suspect.Confidence) },
			Compare: func(a, b *shareRow) int { return cmp.Compare(a.share.Suspect.Confidence, b.share.Suspect.Confidence) },
		},
	}
}
