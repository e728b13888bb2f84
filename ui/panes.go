package ui

// pane is a page that has a tab.
type pane struct {
	name string
	make func(sh *shared) page
}

// panes is the table of panes, in the order of their tabs. A new pane is one
// row here and one file.
var panes = []pane{
	{"Growing", newGrowing},
	{"Functions", newFunctions},
	{"Stacks", newStacks},
	{"Goroutines", newGoroutines},
	{"Memory", newMemory},
	{"Events", newEvents},
}
