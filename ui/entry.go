package ui

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
)

// entry is one row of any table of functions or stacks.
type entry struct {
	key    string
	name   string // what is searched
	unit   string
	flat   int64
	cum    int64
	growth float64 // of cum, units an hour
	spark  []float64
	look   leak.Evaluation
	total  int64 // what percentages refer to
	note   string
	line   int       // of the source, of rows that are lines or frames
	at     time.Time // of rows that are events
	by     string    // who started the goroutines, where that is known

	fn    *profile.Function
	stack *profile.Stack
	group *profile.Group
}

// column is one column that tables are put together from.
type column struct {
	table.Column
	cell    func(e *entry) table.Cell
	compare func(a, b *entry) int
	about   string                     // for the help
	data    func(e *entry) export.Cell // what the cell is written from, with its text where that is another than on screen
}

// entries are the rows of a table.
type entries struct {
	rows []entry
	cols []column
}

func (e entries) Len() int                     { return len(e.rows) }
func (e entries) Key(row int) string           { return e.rows[row].key }
func (e entries) Cell(row, col int) table.Cell { return e.cols[col].cell(&e.rows[row]) }
func (e entries) Compare(col, a, b int) int    { return e.cols[col].compare(&e.rows[a], &e.rows[b]) }

func nameColumn(title, about string) column {
	return column{
		Column:  table.Column{ID: "name", Title: title, Width: 20, Grow: 1, Max: 90, Sort: table.SortAsc, Search: true, Fit: format.FitFunc},
		cell:    func(e *entry) table.Cell { return table.Text(e.name) },
		compare: func(a, b *entry) int { return cmp.Compare(a.name, b.name) },
		about:   about,
	}
}

// stackColumn is a name column whose text is cut on the right: leaf first. It is
// wide enough for two or three frames before less telling columns are.
func stackColumn(title, about string) column {
	c := nameColumn(title, about)
	c.Fit, c.Max, c.Width = format.Fit, 0, 32
	c.cell = func(e *entry) table.Cell { return table.Text(stackBrief(e)) }
	c.data = func(e *entry) export.Cell { return export.Cell{Text: e.name} }
	if c.about == "" {
		c.about = "Of the runtime's own frames at the leaf the last is shown: what the service called."
	}
	return c
}

func valueColumn(id, title, about string, drop int, of func(e *entry) int64) column {
	return column{
		Column:  table.Column{ID: id, Title: title, Align: table.Right, Width: 10, Sort: table.SortDesc, Drop: drop},
		cell:    func(e *entry) table.Cell { return table.Text(format.Value(of(e), e.unit)) },
		compare: func(a, b *entry) int { return cmp.Compare(weight(of(a), a.unit), weight(of(b), b.unit)) },
		about:   about,
		data:    func(e *entry) export.Cell { return export.Cell{Value: float64(of(e)), Unit: e.unit} },
	}
}

// weight makes bytes and goroutines comparable.
func weight(v int64, unit string) float64 {
	if unit == "goroutines" {
		return float64(v) * leak.GoroutineBytes
	}
	return float64(v)
}

var (
	flatColumn = valueColumn("flat", "FLAT", "FLAT is what the function allocated itself, in its own lines.", 2,
		func(e *entry) int64 { return e.flat })
	cumColumn = valueColumn("cum", "CUM", "CUM is what it and everything it called allocated.", 0,
		func(e *entry) int64 { return e.cum })
	holdsColumn = valueColumn("holds", "HOLDS", "HOLDS is what the function is responsible for: live bytes that stacks through it allocated, or goroutines.", 0,
		func(e *entry) int64 { return e.cum })
	shareColumn = column{
		Column:  table.Column{ID: "share", Title: "CUM%", Align: table.Right, Width: 6, Drop: 1, Sort: table.SortDesc},
		cell:    func(e *entry) table.Cell { return table.Cell{Text: format.Share(e.cum, e.total), Tone: theme.Dim} },
		compare: func(a, b *entry) int { return cmp.Compare(a.cum, b.cum) },
		about:   "CUM% is its part of the whole profile.",
		data: func(e *entry) export.Cell {
			if e.total == 0 {
				return export.Cell{}
			}
			return export.Cell{Value: 100 * float64(e.cum) / float64(e.total), Unit: "%"}
		},
	}
	growthColumn = column{
		Column:  table.Column{ID: "growth", Title: "GROWTH/H", Align: table.Right, Width: 12, Sort: table.SortDesc},
		cell:    growthCell,
		compare: func(a, b *entry) int { return cmp.Compare(a.rate()*weight(1, a.unit), b.rate()*weight(1, b.unit)) },
		about:   "GROWTH/H is how fast that grows an hour, measured over the time window (+ -) or since the baseline (b). ~0 is a course that does not grow by its verdict; what came in one step is written as that: +1M once.",
		data: func(e *entry) export.Cell {
			if len(e.spark) < 2 {
				return export.Cell{}
			}
			return export.Cell{Text: growthText(e), Value: e.rate(), Unit: e.unit + "/hour"}
		},
	}
	sparkColumn = column{
		Column: table.Column{ID: "last", Title: "LAST", Width: profile.Anchors, Drop: 3, Sort: table.SortNone},
		cell: func(e *entry) table.Cell {
			return table.Cell{Text: chart.Spark(e.spark, profile.Anchors), Tone: theme.ChartLine}
		},
		compare: func(a, b *entry) int { return 0 },
		about:   "LAST is its course over the window.",
		data:    func(e *entry) export.Cell { return export.Cell{Spark: e.spark} },
	}
	verdictColumn = column{
		Column:  table.Column{ID: "verdict", Title: "VERDICT", Width: 9, Drop: 4, Sort: table.SortDesc},
		cell:    verdictCell,
		compare: func(a, b *entry) int { return cmp.Compare(shapeRank(a.look.Shape), shapeRank(b.look.Shape)) },
		about:   "VERDICT is what the growth looks like. " + verdictWords() + " Press v for the reasons.",
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

func growthCell(e *entry) table.Cell {
	if len(e.spark) < 2 {
		return table.Cell{}
	}
	tone := theme.Dim
	switch {
	case e.level():
	case e.growth > 0 && e.look.Shape.IsSuspect():
		tone = theme.GrowthUp
	case e.growth > 0:
		tone = theme.Plain
	case e.growth < 0:
		tone = theme.GrowthDown
	}
	return table.Cell{Text: growthText(e), Tone: tone}
}

func verdictCell(e *entry) table.Cell {
	return table.Cell{Text: e.look.Shape.String(), Tone: shapeTone(e.look.Shape)}
}

func shapeTone(s leak.Shape) theme.Tone {
	switch s {
	case leak.ShapeLeak:
		return theme.Bad
	case leak.ShapeSuspect:
		return theme.Warn
	}
	return theme.Dim
}

// shapeRank orders rows: leaks, suspects, what moves, what does not.
func shapeRank(s leak.Shape) int {
	switch s {
	case leak.ShapeLeak:
		return 3
	case leak.ShapeSuspect:
		return 2
	case leak.ShapeNone, leak.ShapeSteady:
		return 0
	}
	return 1
}

// stackName writes a stack on one line, leaf first, without the packages' paths.
func stackName(s *profile.Stack) string {
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
func stackBrief(e *entry) string {
	if e.stack == nil {
		return e.name
	}
	frames := e.stack.Frames
	n := 0
	for n < len(frames)-1 && frames[n].Func.Class == profile.ClassRuntime && frames[n+1].Func.Class == profile.ClassRuntime {
		n++
	}
	return stackName(&profile.Stack{Frames: frames[n:]})
}

// frameAt writes where a frame is: "cache.go:41".
func frameAt(f profile.Frame) string {
	file := f.Func.File
	file = file[strings.LastIndexByte(file, '/')+1:]
	if file == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", file, f.Line)
}
