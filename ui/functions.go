package ui

import (
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
)

// newFunctions makes the pane of all functions of the chosen profile, as
// "go tool pprof -top" has them.
func newFunctions(sh *shared) page {
	cols := []column{
		nameColumn("FUNCTION", ""), flatColumn, cumColumn, shareColumn, growthColumn, sparkColumn, verdictColumn,
	}
	l := newList(sh, "Functions", waiting, cols, functionRows(profile.ByFunction, nil), func(e *entry) page {
		return newFunctionPage(sh, subject{}, e.fn)
	})
	l.source = chosen
	l.about = []string{"Every function of the profile, with the numbers of go tool pprof -top. t changes the sample type, p opens other profiles. Those that are responsible for the most of what they keep have a verdict, see Growing; their callers have none."}
	l.table.SetSort("cum", true)
	return l
}

// held is the functions that hold the live heap, whatever the panes show meanwhile.
type held struct{ *list }

func newHeld(sh *shared) page {
	cols := []column{nameColumn("FUNCTION", ""), flatColumn, cumColumn, shareColumn, growthColumn, sparkColumn, verdictColumn}
	all := functionRows(profile.ByFunction, nil)
	l := newList(sh, "live heap", waiting, cols, func(q shared) []entry { return all(liveHeap.of(q)) }, func(e *entry) page {
		return newFunctionPage(sh, liveHeap, e.fn)
	})
	l.source = func(q shared) profile.Selection { return chosen(liveHeap.of(q)) }
	l.about = []string{"The functions that hold the live heap, with the numbers of go tool pprof -top."}
	l.table.SetSort("cum", true)
	return held{l}
}

func (held) subject() subject { return liveHeap }

func (l held) hints() []key.Binding {
	k := l.sh.keys
	return []key.Binding{k.Back, k.Open, k.Filter, sortHint, k.Baseline}
}

const waiting = "Waiting for the first profile."

// nothingIn says why nothing of the chosen profile is shown: most services
// record no blocking, and that is no fault of the connection.
func nothingIn(sh *shared) string {
	if s, _ := sh.history.Latest(sh.kind); s == nil {
		return waitingWhy(sh)
	}
	i := sh.kind.Info()
	return "The profile is empty. " + i.Title + ": " + i.About + "."
}

// waitingWhy is what is said until a profile comes, with all of what is wrong: the
// lines under the charts may have no room for what to do about it.
func waitingWhy(sh *shared) string {
	return strings.Join(append([]string{waiting}, troubles(sh)...), "\n\n")
}

// newStacks makes the pane of the chosen profile's stacks.
func newStacks(sh *shared) page {
	cols := []column{
		stackColumn("STACK, leaf first", ""), holdsColumn, shareColumn, growthColumn, sparkColumn, verdictColumn,
	}
	l := newList(sh, "Stacks", waiting, cols, stackRows(nil), func(e *entry) page { return newStackPage(sh, subject{}, e.stack, *e) })
	l.source = chosen
	l.about = []string{"Every distinct stack of the profile. enter shows it frame by frame, with files and lines."}
	l.table.SetSort("holds", true)
	return l
}

// functionRows makes rows of functions: all, or those next to a focus.
func functionRows(by profile.Grouping, focus *profile.Function) func(shared) []entry {
	return func(q shared) []entry {
		t, ok := q.history.Rows(q.selection(by, focus))
		if !ok {
			return nil
		}
		looks := responsible(q.kind, q.state)
		out := make([]entry, 0, len(t.Rows))
		for _, r := range t.Rows {
			if gone(r) {
				continue
			}
			out = append(out, rowEntry(r, t))
			e := &out[len(out)-1]
			e.fn, e.name, e.key = r.Func, r.Func.Name, r.Func.Name
			if by == profile.ByLine {
				e.name = frameAt(profile.Frame{Func: r.Func, Line: r.Line})
				e.key, e.line = strconv.Itoa(r.Line), r.Line
			} else {
				e.look = looks[r.Func].verdict(r.Cum)
			}
		}
		return out
	}
}

// blameful is how what a function is responsible for looks, and how much that is.
type blameful struct {
	look leak.Evaluation
	held int64
}

// responsible is that of the functions that the heap, or goroutines, are blamed on,
// the worst of their stacks: only these have a verdict. The callers of a leaking
// function keep what it keeps, and to call them steady would be wrong.
func responsible(k profile.Kind, st session.State) map[*profile.Function]blameful {
	out := map[*profile.Function]blameful{}
	for _, g := range st.Groups {
		if g.Kind != k || g.Blame == nil || len(g.Points) == 0 {
			continue
		}
		look := st.Report.Function(g.Blame)
		if k == profile.Goroutine && len(g.Stacks) > 0 {
			look = st.Report.Stack(g.Stacks[0])
		}
		b, known := out[g.Blame]
		if !known || shapeRank(look.Shape) > shapeRank(b.look.Shape) {
			b.look = look
		}
		b.held += g.Points[len(g.Points)-1].Value
		out[g.Blame] = b
	}
	return out
}

// verdict is the look of a row that holds so much in all: of a function that calls
// others, which hold the most of it, nothing innocent is said.
func (b blameful) verdict(cum int64) leak.Evaluation {
	if b.look.Shape.IsSuspect() || 2*b.held >= cum {
		return b.look
	}
	return leak.Evaluation{}
}

// stackRows makes rows of stacks: all, or those through a focus.
func stackRows(focus *profile.Function) func(shared) []entry {
	return func(q shared) []entry {
		t, ok := q.history.Rows(q.selection(profile.ByStack, focus))
		if !ok {
			return nil
		}
		return stackEntries(q, t)
	}
}

func stackEntries(q shared, t profile.Table) []entry {
	out := make([]entry, 0, len(t.Rows))
	for _, r := range t.Rows {
		if gone(r) {
			continue
		}
		out = append(out, rowEntry(r, t))
		e := &out[len(out)-1]
		e.stack, e.name, e.key = r.Stack, stackName(r.Stack), stackKey(r.Stack)
		if q.kind == profile.Heap && r.Stack.Blame != nil && r.Growth > 0 {
			e.look = q.state.Report.Function(r.Stack.Blame)
		}
		if t.Type.Name == "goroutine" {
			e.unit = "goroutines"
			e.look = q.state.Report.Stack(r.Stack)
		}
	}
	return out
}

func stackKey(s *profile.Stack) string { return "stack " + strconv.Itoa(int(s.ID)) }

// gone says that a row has nothing any more; go tool pprof leaves it out too.
func gone(r profile.Row) bool { return r.Flat == 0 && r.Cum == 0 }

// rowEntry is the numbers of a row, without its course while that is too short
// to say any.
func rowEntry(r profile.Row, t profile.Table) entry {
	e := entry{unit: t.Type.Unit, flat: r.Flat, cum: r.Cum, total: t.Total}
	if t.Over >= leak.MinRateSpan {
		e.growth, e.spark = r.Growth*3600, r.Spark
	}
	return e
}
