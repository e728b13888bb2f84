package ui

// pane is a page that has a tab.
type pane struct {
	name  string
	short string // on a narrow screen
	make  func(sh *shared) page
	any   bool // it shows any kind of profile, the chosen one
}

// panes is the table of panes, in the order of their tabs. A new pane is one
// row here and one file.
var panes = []pane{
	{"Growing", "Grow", newGrowing, false},
	{"Functions", "Func", newFunctions, true},
	{"Stacks", "Stack", newStacks, true},
	{"Goroutines", "Gorout", newGoroutines, false},
	{"Flame", "Flame", newFlame, true},
	{"Memory", "Mem", newMemory, false},
	{"Events", "Event", newEvents, false},
}
