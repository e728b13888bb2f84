package profile

import (
	"slices"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile/decode"
	"github.com/leaktop/leaktop/profile/memory"
)

// HistoryBuilder collects the data of a watch, in bounded memory however long the
// watch is. It is safe for concurrent use. [HistoryBuilder.History] returns its
// current state.
type HistoryBuilder struct {
	mu               *sync.RWMutex
	syms             *Symbols
	epochs           []*epoch // never empty; the last is the process as it is now
	events           []Event  // appended to or replaced, never written to
	restarts         int      // in events that have been discarded
	facts            Facts
	bases            map[Kind]*Snapshot // the user's baseline; replaced, never written to
	baseAt           time.Time
	single           map[Kind]*Snapshot // profiles requested once
	eventCollections int                // collections in the newest event, if it is of them
	lateCaptures     []time.Time        // of captures left out because newer ones were there
	joinsProcesses   bool               // profiles of different processes are compared, see JoinProcesses
	returns          []time.Time        // when a process answered again after another one had, the last two
	budget           *decode.Budget     // of reading profiles
	frozen           *History           // the current state; nil if out of date

	readers *readers

	matrices *sync.Pool // of *stackMatrix, for tables
	limit    int64      // bytes
	said     struct {   // what events have reported
		coarser int
		folded  bool
	}
}

// Old epochs and events are bounded too. Otherwise a pod that crashes all night would
// fill the memory.
const (
	maxEpochs = 4
	maxEvents = 2000
)

// NewHistoryBuilder returns an empty builder, limited to [DefaultLimit] bytes
// unless an option says otherwise.
func NewHistoryBuilder(options ...Option) *HistoryBuilder {
	h := &HistoryBuilder{
		mu: &sync.RWMutex{}, syms: newSymbols(), epochs: []*epoch{newEpoch()}, single: map[Kind]*Snapshot{},
		budget: decode.NewBudget(), readers: &readers{free: map[Kind]*reader{}},
		matrices: &sync.Pool{New: func() any { return new(stackMatrix) }}, limit: DefaultLimit,
	}
	h.said.coarser = 1
	for _, o := range options {
		o(h)
	}
	return h
}

func newEpoch() *epoch { return &epoch{stores: map[Kind]*store{}} }

func (h *HistoryBuilder) currentEpoch() *epoch { return h.epochs[len(h.epochs)-1] }

// AddResult says what a capture turned out to be.
type AddResult struct {
	Snapshot *Snapshot
	// Repeat reports that no collection has ended since the previous capture, so this
	// one adds nothing new.
	Repeat bool
	// Restart reports that the capture cannot be compared with the previous one: it is
	// of another process, or of another sampling rate.
	Restart bool
	// Late reports that a newer capture had already been added, so this one was left
	// out.
	Late bool
	// OtherProcess reports that the capture is of another process, yet is compared
	// with those before it, see [HistoryBuilder.JoinProcesses].
	OtherProcess bool
}

// Add adds a polled capture. On error the capture could not be read and the history
// is unchanged.
func (h *HistoryBuilder) Add(c Capture) (AddResult, error) {
	s, err := h.ParseCapture(c)
	if err != nil {
		return AddResult{}, err
	}
	return h.AddSnapshot(s), nil
}

func (h *HistoryBuilder) addSnapshot(s *Snapshot) AddResult {
	s = h.syms.refreshSnapshot(s)
	a := AddResult{Snapshot: s}
	e := h.currentEpoch()
	st := e.stores[s.Kind]
	switch {
	case st == nil:
		h.detectReturn(s)
	case s.Time.Before(st.seen) && !h.clockWentBack(s.Time):
		a.Late = true
		return a
	case s.Time.Before(st.seen):
		h.beginEpoch(Event{Time: s.Time, Text: "the clock went back: earlier profiles are not compared"}, time.Time{}, true)
		e, st = h.currentEpoch(), nil
	case st.hasFallen(s) && h.joinsProcesses && slices.Equal(s.Types, st.types):
		a.OtherProcess = true
	case st.isRescaled(s) && !h.joinsProcesses:
		a.Restart = true
		h.beginRescaled(s, st)
		e, st = h.currentEpoch(), nil
	case st.hasFallen(s):
		a.Restart = true
		h.beginEpoch(Event{Time: s.Time, Text: "restarted (its counters started over)"}, st.seen, true)
		e, st = h.currentEpoch(), nil
		h.detectReturn(s)
	case st.isRepeat(s):
		a.Repeat, a.Snapshot, st.frozen = true, st.last, nil
		st.seen = s.Time
		st.repeats++
		return a
	}
	if st == nil {
		st = newStore(s)
		e.stores[s.Kind] = st
	}
	e.setStart(s.Time)
	st.addObservation(s)
	h.keepLimit(s.Time)
	return a
}

// JoinProcesses lets profiles of different processes be compared, for users who
// want exactly that: before a change, and after it.
func (h *HistoryBuilder) JoinProcesses() { h.joinsProcesses = true }

// clockWentBack reports whether the clock was set back, rather than a single capture
// being late: after the clock was set back, several late captures follow each other in
// time.
func (h *HistoryBuilder) clockWentBack(t time.Time) bool {
	if n := len(h.lateCaptures); n > 0 && t.Before(h.lateCaptures[n-1]) {
		h.lateCaptures = h.lateCaptures[:0]
	}
	h.lateCaptures = append(h.lateCaptures, t)
	if len(h.lateCaptures) < 3 {
		return false
	}
	h.lateCaptures = h.lateCaptures[:0]
	return true
}

// Keep adds a profile that was requested once: it is shown, not followed.
func (h *HistoryBuilder) Keep(c Capture) (*Snapshot, error) {
	s, err := h.ParseCapture(c)
	if err == nil {
		h.KeepSnapshot(s)
	}
	return s, err
}

// KeepSnapshot is like [HistoryBuilder.Keep] for a profile that was already parsed.
func (h *HistoryBuilder) KeepSnapshot(s *Snapshot) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	h.single[s.Kind] = h.syms.refreshSnapshot(s)
}

// AddReading adds a reading of the target's memory. It returns true if its counters
// show that the target restarted.
func (h *HistoryBuilder) AddReading(r memory.Reading) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	e := h.currentEpoch()
	restarted := false
	if r.Unknown && len(e.memory) == 0 {
		return false // no earlier reading of this process to compare with
	}
	if last, ok := lastOf(e.memory); ok && r.Time.Before(last.Time) && !r.Unknown {
		e.insertReading(r)
		return false
	}
	if last, ok := e.lastOwnReading(); ok && r.HasOwnCounters() && !r.Unknown {
		if r.NumGC < last.NumGC && r.Source == last.Source || r.TotalAlloc != 0 && r.TotalAlloc < last.TotalAlloc {
			restarted = true
			h.beginEpoch(Event{Time: r.Time, Text: "restarted (its counters started over)"}, last.Time, true)
			e = h.currentEpoch()
		} else if n := r.NumGC - last.NumGC; n > 0 && last.NumGC > 0 {
			h.addCollections(r.Time, int(n))
		}
	}
	e.addReading(r)
	return restarted
}

// AddCount adds a goroutine total from the index page.
func (h *HistoryBuilder) AddCount(c Count) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	h.currentEpoch().addCount(c)
}

// AddFacts merges new facts about the target. It returns true if they show another
// process.
func (h *HistoryBuilder) AddFacts(at time.Time, f Facts) bool {
	if !IsPlausible(f.Start) {
		f.Start = time.Time{}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	why := differenceIn(h.facts, f)
	h.facts = h.facts.Merge(f)
	if why == "" || h.currentEpoch().isEmpty() {
		return false // nothing was observed of that process, so nothing ends
	}
	h.beginEpoch(Event{Time: at, Text: "restarted (" + why + ")"}, time.Time{}, true)
	return true
}

// differenceIn describes what in g shows another process than f; it returns "" if
// nothing does.
func differenceIn(f, g Facts) string {
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

// AddEvent adds an event. One of kind [EventRestart] begins a new process.
func (h *HistoryBuilder) AddEvent(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	if e.Kind == EventRestart {
		h.facts = h.facts.acrossProcesses()
		h.beginEpoch(e, time.Time{}, false)
		return
	}
	h.appendEvent(e)
}
