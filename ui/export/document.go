package export

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/chart"
)

// Document is what is on screen, as data. It does not change once a writer has it.
// Text in it may come from a hostile target: writers make it safe for their format.
type Document struct {
	Title     string   // of the page: "Functions"
	Path      []string // the steps from the pane to the page: "Functions", "store.(*Cache).Put"
	Target    string   // as the header shows it; no secrets
	GoVersion string   // of the target, empty if not known
	Time      time.Time
	Watched   time.Duration // for how long, up to Time

	View    View
	Verdict []Sentence
	Charts  []Chart
	Text    []Paragraph // before the tables
	Tables  []Table
	Flame   *Flame // nil but on the Flame pane
	// Profile is what is under the page, of all its sample types; nil for none.
	Profile  *profile.Extract
	Warnings []string
}

// View is what the values of a page are, and what was left out of it.
type View struct {
	Profile    string        // kind of profile: "heap"
	SampleType string        // "inuse_space"
	Unit       string        // of the sample type: "bytes"
	Filter     string        // as it was typed, empty for none
	Sort       string        // title of the column, empty for the page's own order
	Descending bool          // of Sort
	Baseline   time.Time     // values are differences to then; zero if they are absolute
	Window     time.Duration // of charts and growth; 0 is the whole watch
	Paused     bool          // the tables stand still since some time before
}

// Sentence is a line of the verdict, with the word before it: "LEAK".
type Sentence struct{ Head, Text string }

// Paragraph is a piece of text with the word before it, which may be empty. Code
// keeps its lines as they are.
type Paragraph struct {
	Head, Text string
	Code       bool
}

// Chart is one or two series over time.
type Chart struct {
	Title string // "live heap"
	Value string // the newest value and its growth, as the title has them: "412 MiB  +38 MiB/h"
	Unit  string // "bytes", "count"
	// LineName and OtherName name the two series of Data. OtherName is empty where
	// there is one.
	LineName, OtherName string
	Window              time.Duration // of the time axis, up to Data.Now; 0 is all
	Data                chart.Data
}

// Table is rows under columns.
type Table struct {
	Title   string // empty for the only table of a page
	Empty   string // said where there are no rows
	Columns []Column
	Rows    [][]Cell // each has as many cells as there are columns
}

// Column is the head of a column.
type Column struct {
	ID    string // for programs: "growth"
	Title string // for people: "GROWTH/H"
	Right bool   // its cells stand at the right side
}

// Cell is one cell: text, and where that was written from a number or a series,
// these too.
type Cell struct {
	Text  string
	Value float64 // in Unit, where Unit is not empty
	Unit  string  // "bytes", "bytes/hour", "count", "%"; empty for text
	Spark []float64
}

// Flame is a flame graph.
type Flame struct {
	Unit string `json:"unit"`
	// Growth says that a box is as wide as it grows; else as wide as its value.
	Growth bool       `json:"widthIsGrowth"`
	Root   *FlameNode `json:"root"`
}

// FlameNode is a box of a flame graph: a call path.
type FlameNode struct {
	Name  string `json:"name"` // of the function
	Short string `json:"-"`    // without the path of its package, after a mark if it grows
	Where string `json:"at,omitempty"`
	// Whose code it is: "own", "dep" or "lib". Up says that it stands out as growing.
	Whose      string       `json:"whose"`
	Up         bool         `json:"grows,omitempty"`
	Value      int64        `json:"value"` // in the unit of the graph, with all that is called below
	Self       int64        `json:"self,omitempty"`
	Growth     float64      `json:"growth,omitzero"` // of Value, units an hour
	SelfGrowth float64      `json:"selfGrowth,omitzero"`
	Children   []*FlameNode `json:"children,omitempty"`
}
