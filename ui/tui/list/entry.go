package list

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Entry is one row of any table of functions or stacks.
type Entry struct {
	Key    string
	Name   string // what is searched
	Unit   string
	Flat   int64
	Cum    int64
	Growth float64 // of cum, units an hour
	Spark  []float64
	Look   leak.Evaluation
	Total  int64 // what percentages refer to
	Note   string
	Line   int       // of the source, of rows that are lines or frames
	At     time.Time // of rows that are events
	By     string    // who started the goroutines, where that is known

	Fn    *profile.Function
	Stack *profile.Stack
	Group *profile.Group
}

// Column is one column that tables are put together from.
type Column struct {
	table.Column
	Cell    func(e *Entry) table.Cell
	Compare func(a, b *Entry) int
	About   string                     // for the help
	Data    func(e *Entry) export.Cell // what the cell is written from, with its text where that is another than on screen
}

// Rows are the rows of a table.
type Rows struct {
	Rows []Entry
	cols []Column
}

func (e Rows) Len() int                     { return len(e.Rows) }
func (e Rows) Key(row int) string           { return e.Rows[row].Key }
func (e Rows) Cell(row, col int) table.Cell { return e.cols[col].Cell(&e.Rows[row]) }
func (e Rows) Compare(col, a, b int) int    { return e.cols[col].Compare(&e.Rows[a], &e.Rows[b]) }

func NameColumn(title, about string) Column {
	return Column{
		Column:  table.Column{ID: "name", Title: title, Width: 20, Grow: 1, Max: 90, Sort: table.SortAsc, Search: true, Fit: format.FitFunc},
		Cell:    func(e *Entry) table.Cell { return table.Text(e.Name) },
		Compare: func(a, b *Entry) int { return cmp.Compare(a.Name, b.Name) },
		About:   about,
	}
}

// StackColumn is a name column whose text is cut on the right: leaf first. It is
// wide enough for two or three frames before less telling columns are.
func StackColumn(title, about string) Column {
	c := NameColumn(title, about)
	c.Fit, c.Max, c.Width = format.Fit, 0, 32
	c.Cell = func(e *Entry) table.Cell { return table.Text(stackBrief(e)) }
	c.Data = func(e *Entry) export.Cell { return export.Cell{Text: e.Name} }
	if c.About == "" {
		c.About = "Of the runtime's own frames at the leaf the last is shown: what the service called."
	}
	return c
}

func valueColumn(id, title, about string, drop int, of func(e *Entry) int64) Column {
	return Column{
		Column:  table.Column{ID: id, Title: title, Align: table.Right, Width: 10, Sort: table.SortDesc, Drop: drop},
		Cell:    func(e *Entry) table.Cell { return table.Text(format.Value(of(e), e.Unit)) },
		Compare: func(a, b *Entry) int { return cmp.Compare(Weight(of(a), a.Unit), Weight(of(b), b.Unit)) },
		About:   about,
		Data:    func(e *Entry) export.Cell { return export.Cell{Value: float64(of(e)), Unit: e.Unit} },
	}
}

// Weight makes bytes and goroutines comparable.
func Weight(v int64, unit string) float64 {
	if unit == "goroutines" {
		return float64(v) * leak.GoroutineBytes
	}
	return float64(v)
}

var (
	FlatColumn = valueColumn("flat", "FLAT", "FLAT is what the function allocated itself, in its own lines.", 2,
		func(e *Entry) int64 { return e.Flat })
	CumColumn = valueColumn("cum", "CUM", "CUM is what it and everything it called allocated.", 0,
		func(e *Entry) int64 { return e.Cum })
	HoldsColumn = valueColumn("holds", "HOLDS", "HOLDS is what the function is responsible for: live bytes that stacks through it allocated, or goroutines.", 0,
		func(e *Entry) int64 { return e.Cum })
	ShareColumn = Column{
		Column:  table.Column{ID: "share", Title: "CUM%", Align: table.Right, Width: 6, Drop: 1, Sort: table.SortDesc},
		Cell:    func(e *Entry) table.Cell { return table.Cell{Text: format.Share(e.Cum, e.Total), Tone: theme.Dim} },
		Compare: func(a, b *Entry) int { return cmp.Compare(a.Cum, b.Cum) },
		About:   "CUM% is its part of the whole profile.",
		Data: func(e *Entry) export.Cell {
			if e.Total == 0 {
				return export.Cell{}
			}
			return export.Cell{Value: 100 * float64(e.Cum) / float64(e.Total), Unit: "%"}
		},
	}
	GrowthColumn = Column{
		Column:  table.Column{ID: "growth", Title: "GROWTH/H", Align: table.Right, Width: 12, Sort: table.SortDesc},
		Cell:    GrowthCell,
		Compare: func(a, b *Entry) int { return cmp.Compare(a.Rate()*Weight(1, a.Unit), b.Rate()*Weight(1, b.Unit)) },
		About:   "GROWTH/H is how fast that grows an hour, measured over the time window (+ -) or since the baseline (b). ~0 is a course that does not grow by its verdict; what came in one step is written as that: +1M once.",
		Data: func(e *Entry) export.Cell {
			if len(e.Spark) < 2 {
				return export.Cell{}
			}
			return export.Cell{Text: GrowthText(e), Value: e.Rate(), Unit: e.Unit + "/hour"}
		},
	}
	SparkColumn = Column{
		Column: table.Column{ID: "last", Title: "LAST", Width: profile.Anchors, Drop: 3, Sort: table.SortNone},
		Cell: func(e *Entry) table.Cell {
			return table.Cell{Text: chart.Spark(e.Spark, profile.Anchors), Tone: theme.ChartLine}
		},
		Compare: func(a, b *Entry) int { return 0 },
		About:   "LAST is its course over the window.",
		Data:    func(e *Entry) export.Cell { return export.Cell{Spark: e.Spark} },
	}
	VerdictColumn = Column{
		Column:  table.Column{ID: "verdict", Title: "VERDICT", Width: 9, Drop: 4, Sort: table.SortDesc},
		Cell:    verdictCell,
		Compare: func(a, b *Entry) int { return cmp.Compare(tui.ShapeRank(a.Look.Shape), tui.ShapeRank(b.Look.Shape)) },
		About:   "VERDICT is what the growth looks like. " + verdictWords() + " Press v for the reasons.",
	}
)

// verdictWords explains what can stand in the column of verdicts.
func verdictWords() string {
	var all []string
	for _, s := range leak.Shapes() {
		all = append(all, s.String()+": "+s.Means())
	}
	return strings.Join(all, "; ") + "."
}

func GrowthCell(e *Entry) table.Cell {
	if len(e.Spark) < 2 {
		return table.Cell{}
	}
	tone := theme.Dim
	switch {
	case e.Level():
	case e.Growth > 0 && e.Look.Shape.IsSuspect():
		tone = theme.GrowthUp
	case e.Growth > 0:
		tone = theme.Plain
	case e.Growth < 0:
		tone = theme.GrowthDown
	}
	return table.Cell{Text: GrowthText(e), Tone: tone}
}

func verdictCell(e *Entry) table.Cell {
	return table.Cell{Text: e.Look.Shape.String(), Tone: tui.ShapeTone(e.Look.Shape)}
}

// StackName writes a stack on one line, leaf first, without the packages' paths.
func StackName(s *profile.Stack) string {
	if len(s.Frames) == 0 {
		return profile.NoFrames
	}
	var b strings.Builder
	for i, f := range s.Frames {
		if i > 0 {
			b.WriteString(" ‹ ")
		}
		b.WriteString(profile.ShortName(f.Func.Name))
		if b.Len() > 400 {
			break
		}
	}
	return b.String()
}

// stackBrief is a stack for a row, from the last of the runtime's frames at its leaf:
// what a goroutine waits in is the same for most, and would leave no room for where.
func stackBrief(e *Entry) string {
	if e.Stack == nil {
		return e.Name
	}
	frames := e.Stack.Frames
	n := 0
	for n < len(frames)-1 && frames[n].Func.Class == profile.ClassRuntime && frames[n+1].Func.Class == profile.ClassRuntime {
		n++
	}
	return StackName(&profile.Stack{Frames: frames[n:]})
}

// FrameAt writes where a frame is: "cache.go:41".
func FrameAt(f profile.Frame) string {
	file := f.Func.File
	file = file[strings.LastIndexByte(file, '/')+1:]
	if file == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", file, f.Line)
}
