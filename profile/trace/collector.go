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

// collector collects the goroutines started by the events so far.
type collector struct {
	born      map[trace.GoID]*goroutine
	first     trace.Time
	last      trace.Time
	started   bool // there was an event
	ended     int
	truncated bool

	stackIDs    map[trace.Stack]int32 // index in texts
	byKey       map[string]int32
	stackPlaces [][]profile.Place
}

// goroutine is a goroutine that was started during the trace.
type goroutine struct {
	creator       trace.GoID  // the goroutine that started it
	creationStack trace.Stack // the stack of that goroutine
	entryStack    trace.Stack // the function it runs
	waitStack     trace.Stack // where it last waited
	ended         bool
}

func newCollector() *collector {
	return &collector{born: map[trace.GoID]*goroutine{}, stackIDs: map[trace.Stack]int32{}, byKey: map[string]int32{"": 0}, stackPlaces: [][]profile.Place{nil}}
}

// addEvent processes one event. It returns false if there are too many goroutines.
func (f *collector) addEvent(ev trace.Event) bool {
	if !f.started {
		f.first, f.started = ev.Time(), true
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
		f.born[id] = &goroutine{creator: ev.Goroutine(), creationStack: ev.Stack(), entryStack: tr.Stack}
	case to == trace.GoNotExist:
		if b := f.born[id]; b != nil && !b.ended {
			b.ended = true
			f.ended++
		}
	case to == trace.GoWaiting:
		if b := f.born[id]; b != nil {
			b.waitStack = tr.Stack
		}
	}
	return len(f.born) < maxStarted
}

// result returns the result. why is the reason that the trace ended early, or nil. It
// becomes the error if no goroutine was found.
func (f *collector) result(why error) (Trace, error) {
	if why != nil && len(f.born) == 0 {
		return Trace{}, fmt.Errorf("read the execution trace: %w", why)
	}
	t := Trace{Started: len(f.born), Ended: f.ended, Span: f.last.Sub(f.first), Truncated: f.truncated || why != nil}
	type way struct{ entry, waits, c0, c1, c2, c3 int32 }
	index := map[way]int{}
	for _, b := range f.born {
		if b.ended {
			continue
		}
		chain := f.creationChain(b)
		w := way{f.stackIndex(b.entryStack), f.stackIndex(b.waitStack), chain[0], chain[1], chain[2], chain[3]}
		i, ok := index[w]
		if !ok {
			if len(t.Births) == maxBirths {
				t.Truncated = true
				continue
			}
			i = len(t.Births)
			index[w] = i
			t.Births = append(t.Births, f.newBirth(w.entry, w.waits, chain))
		}
		t.Births[i].N++
	}
	sort.Slice(t.Births, func(i, j int) bool {
		a, b := &t.Births[i], &t.Births[j]
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.sortKey(), b.sortKey())) < 0
	})
	return t, nil
}

// creationChain returns the stacks of creation as indices of texts; 0 ends it.
func (f *collector) creationChain(b *goroutine) (chain [MaxCreators]int32) {
	for i := range chain {
		chain[i] = f.stackIndex(b.creationStack)
		next, ok := f.born[b.creator]
		if chain[i] == 0 || !ok {
			break
		}
		b = next
	}
	return chain
}

func (f *collector) newBirth(entry, waits int32, chain [MaxCreators]int32) Birth {
	b := Birth{WaitStack: f.stackPlaces[waits]}
	// The outermost frame is the function that the goroutine runs.
	if at := f.stackPlaces[entry]; len(at) > 0 {
		b.Entry = at[len(at)-1].Func
	}
	for _, c := range chain {
		if c != 0 {
			b.CreationStacks = append(b.CreationStacks, f.stackPlaces[c])
		}
	}
	return b
}

// stackIndex returns an index of texts that is the same for equal stacks. The stack IDs
// of a trace are unique only within one of its generations.
func (f *collector) stackIndex(s trace.Stack) int32 {
	if s == trace.NoStack {
		return 0
	}
	if i, ok := f.stackIDs[s]; ok {
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
		i = int32(len(f.stackPlaces))
		f.byKey[key] = i
		f.stackPlaces = append(f.stackPlaces, at)
	}
	f.stackIDs[s] = i
	return i
}

// sortKey returns the sort key of equally frequent births.
func (b Birth) sortKey() string {
	k := profile.StackKey(b.WaitStack, true)
	for _, c := range b.CreationStacks {
		k += "\n" + profile.StackKey(c, true)
	}
	return k
}
