package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
)

// newGoroutines makes the pane of goroutines, grouped by stack.
func newGoroutines(sh *shared) page {
	where := nameColumn("IN", "IN is the function that the goroutines are in: the innermost of the service's own code.")
	where.cell = func(e *entry) table.Cell { return table.Text(blamed(e.stack)) }
	where.compare = func(a, b *entry) int { return strings.Compare(blamed(a.stack), blamed(b.stack)) }
	wait := column{
		Column:  table.Column{ID: "wait", Title: "WAITS", Width: 16, Grow: 1, Max: 32, Drop: 3, Sort: table.SortAsc},
		cell:    func(e *entry) table.Cell { return table.Cell{Text: e.note, Tone: theme.Dim} },
		compare: func(a, b *entry) int { return strings.Compare(a.note, b.note) },
		about:   "WAITS is what they wait for, as far as the innermost frames tell; after a full dump (D) as the runtime says it, and for how long most of them do.",
	}
	by := column{
		Column:  table.Column{ID: "by", Title: "STARTED BY", Width: 20, Grow: 1, Max: 60, Drop: 1, Sort: table.SortAsc, Fit: format.FitFunc},
		cell:    func(e *entry) table.Cell { return table.Text(e.by) },
		compare: func(a, b *entry) int { return strings.Compare(a.by, b.by) },
		about:   "STARTED BY is who started them: a trace (T) finds the service's own function behind them, a full dump (D) the one that says go.",
	}
	last := sparkColumn
	last.Drop = 2
	count := holdsColumn
	count.Column.Title, count.Column.Width = "COUNT", 9
	count.about = "COUNT is how many stand at that very place now."
	cols := []column{where, by, wait, count, growthColumn, last, verdictColumn}
	l := newList(sh, "Goroutines", "No goroutine profile yet.", cols, goroutineRows, func(e *entry) page { return newStackPage(sh, goroutines, e.stack, *e) })
	l.about = []string{"Goroutines that stand at the same place, together. A number that only grows is a leak: each keeps its stack and all that it refers to."}
	l.source = func(q shared) profile.Selection { return chosen(goroutines.of(q)) }
	l.table.SetSort("holds", true)
	return goroutineList{l}
}

// goroutineList is a list with hints of its own: sample types mean nothing here.
type goroutineList struct{ *list }

func (g goroutineList) hints() []key.Binding {
	k := g.sh.keys
	return []key.Binding{k.Open, k.Filter, sortHint, k.Baseline, k.Pause}
}

func goroutineRows(q shared) []entry {
	rows := stackRows(nil)(goroutines.of(q))
	for i := range rows {
		e := &rows[i]
		k := q.state.Known[e.stack]
		e.note = waitsAs(e.stack, k)
		switch who := k.Starter(); {
		case who.Func != nil:
			e.by = who.Func.Name
		case k.Creator.Func != nil:
			e.by = k.Creator.Func.Name
		}
	}
	return rows
}

// waitsAs says what goroutines wait for: as the runtime said it, where it was
// asked.
func waitsAs(s *profile.Stack, k session.Known) string {
	text := waits(s)
	if k.State != "" {
		text = k.State
	}
	if k.Leaked {
		text = "leaked: " + text
	}
	if k.Typical > 0 {
		text += ", " + format.Duration(k.Typical)
	}
	return text
}

// blamed is the name of the function a stack is blamed on, else where it begins.
func blamed(s *profile.Stack) string {
	switch {
	case s == nil || len(s.Frames) == 0:
		return profile.NoFrames
	case s.Blame == nil:
		return s.Frames[len(s.Frames)-1].Func.Name
	}
	return s.Blame.Name
}

// waitWords tells what a parked goroutine waits for, by the innermost frame
// that has a prefix here. The rows are tried in order for each frame, leaf
// first; runtime.gopark itself says nothing.
var waitWords = []struct{ prefix, word string }{
	{"runtime.chansend", "channel send"},
	{"runtime.chanrecv", "channel receive"},
	{"runtime.selectgo", "select"},
	{"runtime.block", "select {}"},
	{"time.Sleep", "sleep"},
	{"internal/sync.(*Mutex)", "mutex"},
	{"sync.(*Mutex)", "mutex"},
	{"sync.(*RWMutex)", "rwmutex"},
	{"sync.(*WaitGroup).Wait", "wait group"},
	{"sync.(*Cond)", "condition"},
	{"internal/poll.", "network or file"},
	{"runtime.netpollblock", "network or file"},
	{"syscall.", "system call"},
	{"os/signal.", "signal"},
	{"runtime.cgocall", "C call"},
}

// waits says what the goroutines of a stack wait for, "" where that is not told.
func waits(s *profile.Stack) string {
	if s == nil {
		return ""
	}
	for _, f := range s.Frames[:min(8, len(s.Frames))] {
		for _, w := range waitWords {
			if strings.HasPrefix(f.Func.Name, w.prefix) {
				return w.word
			}
		}
	}
	if len(s.Frames) > 0 && s.Frames[0].Func.Name != "runtime.gopark" {
		return "running"
	}
	return ""
}
