package export

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/theme"
)

// Document is what is on screen, as data. It must not change while it is being
// written. Its text may come from a hostile target: writers make it safe for
// their format.
type Document struct {
	Title     string        // title of the page: "Functions"
	Path      []string      // steps from the pane to the page: "Functions", "store.(*Cache).Put"
	Target    string        // as the header shows it, without secrets
	GoVersion string        // Go version of the target, empty if unknown
	Time      time.Time     // of the values
	Watched   time.Duration // length of the watch up to Time

	View    View
	Verdict []Sentence
	// Incident has the facts about the first suspect that an incident report needs, and
	// how to reproduce it.
	Incident []Fact
	Charts   []Chart
	Text     []Paragraph // before the tables
	Tables   []Table
	Flame    *Flame // only on the Flame pane
	// Profile has the samples behind the page, with all sample types; nil if there
	// are none.
	Profile *profile.Extract
	// Growth is the growth of the profile's functions per hour, in the unit of its
	// sample type; nil if unknown.
	Growth   map[*profile.Function]float64
	Warnings []string
}

// View describes the values of a page and how they were selected.
type View struct {
	Profile    string        // kind of profile: "heap"
	SampleType string        // "inuse_space"
	Unit       string        // unit of the sample type: "bytes"
	Filter     string        // as typed, empty for none
	Sort       string        // title of the column, empty for the page's own order
	Descending bool          // largest first, if Sort is set
	Baseline   time.Time     // values are differences from this time; zero if absolute
	Window     time.Duration // of charts and growth; 0 is the whole watch
	Paused     bool          // the screen was frozen
}

// Sentence is a line of the verdict and its leading word, such as "LEAK", with its tone.
type Sentence struct {
	Tone       theme.Tone
	Head, Text string
}

// Paragraph is a piece of text with a leading word, which may be empty. Tone is the tone
// of the word; [theme.Plain] means the usual one. If IsCode is true, line breaks are kept.
type Paragraph struct {
	Head, Text string
	IsCode     bool
	Tone       theme.Tone
}

// Chart is one or two series over time.
type Chart struct {
	Title string // "live heap"
	Value string // latest value and growth, as in the title: "412 MiB  +38 MiB/h"
	Unit  string // "bytes", "count"
	// LineName and OtherName name the two series of Data. OtherName is empty if
	// there is only one.
	LineName, OtherName string
	Window              time.Duration // length of the time axis up to Data.Now; 0 is everything
	Data                chart.Data
}

// Table is rows under columns.
type Table struct {
	Title   string // empty for a page's only table
	Empty   string // shown if there are no rows
	Columns []Column
	Rows    [][]Cell // one cell per column
}

// Column is the heading of a column.
type Column struct {
	ID         string // for programs: "growth"
	Title      string // for people: "GROWTH/H"
	AlignRight bool   // cells are right-aligned
}

// Cell is one cell: its text, and the number or series that it was made from.
type Cell struct {
	Text  string
	Value float64 // in Unit, if Unit is not empty
	Unit  string  // "bytes", "bytes/hour", "count", "%"; empty for text
	Spark []float64
}

// Flame is a flame graph.
type Flame struct {
	Unit string `json:"unit"`
	// ShowsGrowth means that widths are proportional to Growth, not to Value.
	ShowsGrowth bool       `json:"widthIsGrowth"`
	Root        *FlameNode `json:"root"`
}

// FlameNode is a box of a flame graph: a call path.
type FlameNode struct {
	Name     string `json:"name"` // of the function
	Short    string `json:"-"`    // without the package path, after a mark if it grows
	Location string `json:"at,omitempty"`
	// Origin is whose code it is: "own", "dep" or "lib".
	Origin string `json:"whose"`
	// Grows marks a box that stands out as growing.
	Grows      bool         `json:"grows,omitempty"`
	Value      int64        `json:"value"` // in Flame.Unit, including callees
	Self       int64        `json:"self,omitempty"`
	Growth     float64      `json:"growth,omitzero"` // of Value, per hour
	SelfGrowth float64      `json:"selfGrowth,omitzero"`
	Children   []*FlameNode `json:"children,omitempty"`
}
