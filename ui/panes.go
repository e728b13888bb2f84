package ui

import (
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/events"
	"github.com/leaktop/leaktop/ui/tui/flame"
	"github.com/leaktop/leaktop/ui/tui/functions"
	"github.com/leaktop/leaktop/ui/tui/goroutines"
	"github.com/leaktop/leaktop/ui/tui/growing"
	"github.com/leaktop/leaktop/ui/tui/memory"
)

// paneSpec is a page that has a tab.
type paneSpec struct {
	name         string
	short        string // on a narrow screen
	make         func(vc *tui.ViewContext) tui.Page
	showsAnyKind bool // it shows any kind of profile, the chosen one
}

// paneTable is the table of panes, in the order of their tabs. A new pane is one
// row here and one file.
var paneTable = []paneSpec{
	{"Growing", "Grow", growing.New, false},
	{"Functions", "Func", functions.NewFunctions, true},
	{"Stacks", "Stack", functions.NewStacks, true},
	{"Goroutines", "Gorout", goroutines.New, false},
	{"Flame", "Flame", flame.New, true},
	{"Memory", "Mem", memory.New, false},
	{"Events", "Event", events.New, false},
}
