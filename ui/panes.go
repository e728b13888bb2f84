package ui

// pane is a page that has a tab.
type pane struct {
	name string
	make func(sh *shared) page
	any  bool // it shows any kind of profile, the chosen one
}

// panes is the table of panes, in the order of their tabs. A new pane is one
// row here and one file.
var panes = []pane{
	{"Growing", newGrowing, false},
	{"Functions", newFunctions, true},
	{"Stacks", newStacks, true},
	{"Goroutines", newGoroutines, false},
	{"Flame", newFlame, true},
	{"Memory", newMemory, false},
	{"Events", newEvents, false},
}
