package trace

import (
	"cmp"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/exp/trace"

	"github.com/leaktop/leaktop/profile"
)

// follower collects the goroutines started by the events so far.
type follower struct {
	born  map[trace.GoID]*born
	first trace.Time
	last  trace.Time
	any   bool // there was an event
	ended int
	cut   bool

	stacks map[trace.Stack]int32 // index in texts
	byKey  map[string]int32
	texts  [][]profile.Place
}

// born is a goroutine that was started during the trace.
type born struct {
	by    trace.GoID  // the goroutine that started it
	at    trace.Stack // the stack of that goroutine
	entry trace.Stack // the function it runs
	waits trace.Stack // where it last waited
	ended bool
}

func newFollower() *follower {
	return &follower{born: map[trace.GoID]*born{}, stacks: map[trace.Stack]int32{}, byKey: map[string]int32{"": 0}, texts: [][]profile.Place{nil}}
}

// take processes one event. It returns false if there are too many goroutines.
func (f *follower) take(ev trace.Event) bool {
	if !f.any {
		f.first, f.any = ev.Time(), true
	}
	f.last = ev.Time()
	if ev.Kind() != trace.EventStateTransition {
		return true
	}
	tr := ev.StateTransition()
	if tr.Resource.Kind != trace.ResourceGoroutine {
		return true
	}
	id := tr.Resource.Goroutine()
	from, to := tr.Goroutine()
	switch {
	case from == trace.GoNotExist:
		f.born[id] = &born{by: ev.Goroutine(), at: ev.Stack(), entry: tr.Stack}
	case to == trace.GoNotExist:
		if b := f.born[id]; b != nil && !b.ended {
			b.ended = true
			f.ended++
		}
	case to == trace.GoWaiting:
		if b := f.born[id]; b != nil {
			b.waits = tr.Stack
		}
	}
	return len(f.born) < maxStarted
}

// end returns the result. why is the reason that the trace ended early, or nil. It
// becomes the error if no goroutine was found.
func (f *follower) end(why error) (Trace, error) {
	if why != nil && len(f.born) == 0 {
		return Trace{}, fmt.Errorf("read the execution trace: %w", why)
	}
	t := Trace{Started: len(f.born), Ended: f.ended, Span: f.last.Sub(f.first), Cut: f.cut || why != nil}
	type way struct{ entry, waits, c0, c1, c2, c3 int32 }
	index := map[way]int{}
	for _, b := range f.born {
		if b.ended {
			continue
		}
		chain := f.chain(b)
		w := way{f.text(b.entry), f.text(b.waits), chain[0], chain[1], chain[2], chain[3]}
		i, ok := index[w]
		if !ok {
			if len(t.Births) == maxBirths {
				t.Cut = true
				continue
			}
			i = len(t.Births)
			index[w] = i
			t.Births = append(t.Births, f.birth(w.entry, w.waits, chain))
		}
		t.Births[i].N++
	}
	sort.Slice(t.Births, func(i, j int) bool {
		a, b := &t.Births[i], &t.Births[j]
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.key(), b.key())) < 0
	})
	return t, nil
}

// chain returns the stacks of creation as indices of texts; 0 ends it.
func (f *follower) chain(b *born) (chain [MaxCreators]int32) {
	for i := range chain {
		chain[i] = f.text(b.at)
		next, ok := f.born[b.by]
		if chain[i] == 0 || !ok {
			break
		}
		b = next
	}
	return chain
}

func (f *follower) birth(entry, waits int32, chain [MaxCreators]int32) Birth {
	b := Birth{Waits: f.texts[waits]}
	// The outermost frame is the function that the goroutine runs.
	if at := f.texts[entry]; len(at) > 0 {
		b.Entry = at[len(at)-1].Func
	}
	for _, c := range chain {
		if c != 0 {
			b.Chain = append(b.Chain, f.texts[c])
		}
	}
	return b
}

// text returns an index of texts that is the same for equal stacks. The stack IDs
// of a trace are unique only within one of its generations.
func (f *follower) text(s trace.Stack) int32 {
	if s == trace.NoStack {
		return 0
	}
	if i, ok := f.stacks[s]; ok {
		return i
	}
	var at []profile.Place
	var b strings.Builder
	for fr := range s.Frames() {
		if len(at) == maxDepth {
			break
		}
		at = append(at, profile.Place{Func: fr.Func, File: fr.File, Line: int(fr.Line)})
		b.WriteString(fr.Func)
		b.WriteByte(':')
		b.WriteString(strconv.FormatUint(fr.Line, 10))
		b.WriteByte('\n')
	}
	key := b.String()
	i, ok := f.byKey[key]
	if !ok {
		i = int32(len(f.texts))
		f.byKey[key] = i
		f.texts = append(f.texts, at)
	}
	f.stacks[s] = i
	return i
}

// key returns the sort key of equally frequent births.
func (b Birth) key() string {
	k := profile.Key(b.Waits, true)
	for _, c := range b.Chain {
		k += "\n" + profile.Key(c, true)
	}
	return k
}
