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

// paneSpec describes a page with a tab.
type paneSpec struct {
	name         string
	short        string // name on a narrow screen
	make         func(vc *tui.ViewContext) tui.Page
	showsAnyKind bool // it shows whichever kind of profile is chosen
}

// paneTable lists the panes in the order of their tabs. A new pane is one row here and
// one package.
var paneTable = []paneSpec{
	{"Growing", "Grow", growing.New, false},
	{"Functions", "Func", functions.NewFunctions, true},
	{"Stacks", "Stack", functions.NewStacks, true},
	{"Goroutines", "Gorout", goroutines.New, false},
	{"Flame", "Flame", flame.New, true},
	{"Memory", "Mem", memory.New, false},
	{"Events", "Event", events.New, false},
}
