package profile

import (
	"slices"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
)

// HistoryBuilder collects what a watch learns, bounded in memory whatever the length
// of the watch. Its methods may be called from several goroutines. [HistoryBuilder.History]
// is what it has, as of now.
type HistoryBuilder struct {
	mu      *sync.RWMutex
	syms    *Symbols
	epochs  []*epoch // never empty; the last is the process as it is now
	events  []Event  // appended to or replaced, never written to
	facts   Facts
	bases   map[Kind]*Snapshot // the user's baseline; replaced, never written to
	baseAt  time.Time
	single  map[Kind]*Snapshot // profiles asked for once
	gcs     int                // collections in the newest event, if it is of them
	late    []time.Time        // of captures left out because newer ones were there
	joined  bool               // another process goes on where one ended, see Join
	returns []time.Time        // when a process answered again after another one had, the last two
	budget  *Budget            // of reading profiles
	frozen  *History           // as of now, nil where it would be out of date

	readers *readers

	matrices *sync.Pool // of *matrix, for tables
	limit    int64      // bytes
	said     struct {   // in events
		coarser int
		folded  bool
	}
}

// Old epochs and events are bounded too: a pod that crashes all night would
// fill the memory otherwise.
const (
	maxEpochs = 4
	maxEvents = 2000
)

// NewHistoryBuilder returns a builder that has nothing yet, and takes
// [DefaultLimit] bytes at the most.
func NewHistoryBuilder(options ...Option) *HistoryBuilder {
	h := &HistoryBuilder{
		mu: &sync.RWMutex{}, syms: NewSymbols(), epochs: []*epoch{newEpoch()}, single: map[Kind]*Snapshot{},
		budget: NewBudget(), readers: &readers{free: map[Kind]*reader{}},
		matrices: &sync.Pool{New: func() any { return new(matrix) }}, limit: DefaultLimit,
	}
	h.said.coarser = 1
	for _, o := range options {
		o(h)
	}
	return h
}

func newEpoch() *epoch { return &epoch{stores: map[Kind]*store{}} }

func (h *HistoryBuilder) current() *epoch { return h.epochs[len(h.epochs)-1] }

// Added is what became of a capture.
type Added struct {
	Snapshot *Snapshot
	// Repeat says that no collection ended since the capture before, so that
	// this one says nothing new.
	Repeat bool
	// Restart says that the capture is of another process than the one before.
	Restart bool
	// Late says that it was taken before one already there, and was left out.
	Late bool
	// Across says that the capture is of another process, and is compared with
	// those before all the same, see [HistoryBuilder.Join].
	Across bool
}

// Add takes a polled capture. An error means that it could not be read; the
// history is as before then.
func (h *HistoryBuilder) Add(c Capture) (Added, error) {
	s, err := h.Read(c)
	if err != nil {
		return Added{}, err
	}
	return h.AddSnapshot(s), nil
}

func (h *HistoryBuilder) addSnapshot(s *Snapshot) Added {
	s = h.syms.refreshed(s)
	a := Added{Snapshot: s}
	e := h.current()
	st := e.stores[s.Kind]
	switch {
	case st == nil:
		h.cameBack(s)
	case s.Time.Before(st.seen) && !h.clockWentBack(s.Time):
		a.Late = true
		return a
	case s.Time.Before(st.seen):
		h.restart(s.Time, "the clock went back: what came before is not compared", time.Time{}, true)
		e, st = h.current(), nil
	case st.fell(s) && h.joined && slices.Equal(s.Types, st.types):
		a.Across = true
	case st.fell(s):
		a.Restart = true
		h.restart(s.Time, "restarted (its counters began anew)", st.seen, true)
		e, st = h.current(), nil
		h.cameBack(s)
	case st.repeat(s):
		a.Repeat, a.Snapshot, st.frozen = true, st.last, nil
		st.seen = s.Time
		st.repeats++
		return a
	}
	if st == nil {
		st = newStore(s)
		e.stores[s.Kind] = st
	}
	e.touch(s.Time)
	st.add(s)
	h.keepLimit(s.Time)
	return a
}

// Join lets profiles of different processes be compared, where the user asks for
// just that: before a change, and after it.
func (h *HistoryBuilder) Join() { h.joined = true }

// clockWentBack tells a clock that was set back from a capture that merely came
// late: several late ones follow each other in time.
func (h *HistoryBuilder) clockWentBack(t time.Time) bool {
	if n := len(h.late); n > 0 && t.Before(h.late[n-1]) {
		h.late = h.late[:0]
	}
	h.late = append(h.late, t)
	if len(h.late) < 3 {
		return false
	}
	h.late = h.late[:0]
	return true
}

// Keep takes a profile that was asked for once: it is shown, not followed.
func (h *HistoryBuilder) Keep(c Capture) (*Snapshot, error) {
	s, err := h.Read(c)
	if err == nil {
		h.KeepSnapshot(s)
	}
	return s, err
}

// KeepSnapshot is [HistoryBuilder.Keep] of a profile that was read before.
func (h *HistoryBuilder) KeepSnapshot(s *Snapshot) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	h.single[s.Kind] = h.syms.refreshed(s)
}

// AddReading takes a look at the memory of the target. It returns true if its
// counters show that the target restarted.
func (h *HistoryBuilder) AddReading(r memory.Reading) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	e := h.current()
	restarted := false
	if r.Unknown && len(e.memory) == 0 {
		return false // nothing is known of this process anyway
	}
	if last, ok := lastOf(e.memory); ok && !r.Unknown {
		if r.Time.Before(last.Time) {
			return false
		}
		if r.NumGC < last.NumGC && r.From == last.From || r.TotalAlloc != 0 && r.TotalAlloc < last.TotalAlloc {
			restarted = true
			h.restart(r.Time, "restarted (its counters began anew)", last.Time, true)
			e = h.current()
		} else if n := r.NumGC - last.NumGC; n > 0 && last.NumGC > 0 {
			h.collected(r.Time, int(n))
		}
	}
	e.addReading(r)
	return restarted
}

// AddCount takes a goroutine total from the index page.
func (h *HistoryBuilder) AddCount(c Count) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	h.current().addCount(c)
}

// AddFacts takes what became known of the target. It returns true if that
// shows another process.
func (h *HistoryBuilder) AddFacts(at time.Time, f Facts) bool {
	if !IsPlausible(f.Start) {
		f.Start = time.Time{}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	why := differs(h.facts, f)
	h.facts = h.facts.Merge(f)
	if why == "" || h.current().empty() {
		return false // of a process that nothing was seen of, nothing ends
	}
	h.restart(at, "restarted ("+why+")", time.Time{}, true)
	return true
}

// differs says what in g shows another process than f, "" if nothing does.
func differs(f, g Facts) string {
	switch {
	case f.Container != "" && g.Container != "" && f.Container != g.Container:
		return "another container"
	case f.PID != 0 && g.PID != 0 && f.PID != g.PID:
		return "another process id"
	case !f.Start.IsZero() && !g.Start.IsZero() && absDuration(g.Start.Sub(f.Start)) > 3*time.Second:
		return "another start time"
	case f.Cmdline != "" && g.Cmdline != "" && f.Cmdline != g.Cmdline:
		return "another command line"
	}
	return ""
}

// AddEvent takes something that happened. One of kind [EventRestart] begins a
// new process.
func (h *HistoryBuilder) AddEvent(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	if e.Kind == EventRestart {
		h.facts = h.facts.ofTarget()
		h.restart(e.Time, e.Text, time.Time{}, false)
		h.complete(e)
		return
	}
	h.event(e)
}
