package profile

import (
	"time"
)

// Grouping says what a row of a table is.
type Grouping int

// What a row can be.
const (
	ByFunction Grouping = iota // one row per function, flat and cum
	ByStack                    // one row per stack
	ByCaller                   // one row per function that calls Focus
	ByCallee                   // one row per function that Focus calls
	ByLine                     // one row per line of Focus
)

// Anchors is the number of points in Row.Spark: the moments, evenly spread over
// the window, at which a row's value is known.
const Anchors = 8

// Selection says what a table shows.
type Selection struct {
	Kind  Kind
	Type  string // sample type; empty for the kind's default
	By    Grouping
	Focus *Function // only stacks through it; needed by ByCaller, ByCallee, ByLine
	// Baseline makes flat and cum the difference to the baseline, if one is set.
	Baseline bool
	Window   time.Duration // growth is measured over this much; 0 means 4 minutes
}

// Row is one line of a table. Values are in the unit of the sample type.
type Row struct {
	Func  *Function // nil for ByStack
	Stack *Stack    // nil unless ByStack
	Line  int       // ByLine: the line of Focus
	Flat  int64
	Cum   int64
	// Growth is the slope of cum over the window in units per second (the median of
	// the slopes between all pairs of anchors: Theil and Sen), and FlatGrowth that of
	// flat. Both exclude the observer's own stacks.
	Growth, FlatGrowth float64
	// Spark is cum at the anchors, oldest first; empty while there is only one
	// observation.
	Spark []float64
}

// Table is the rows of a selection and their context.
type Table struct {
	Rows  []Row
	Type  SampleType
	Types []SampleType
	Time  time.Time // of the profile shown
	Total int64     // the sum over all stacks: what percentages refer to
	// GrowthSpan is the time that Growth and Spark span; 0 if there is no growth yet.
	GrowthSpan time.Duration
	Baseline   time.Time // when the baseline was set; zero if values are absolute
	Stale      time.Duration
	Repeats    int
}

// Rows returns the table of a selection. ok is false until a profile of that kind
// has arrived.
func (h *History) Rows(sel Selection) (t Table, ok bool) {
	m := h.matrices.Get().(*stackMatrix)
	defer h.matrices.Put(m)
	st := h.currentEpoch().stores[sel.Kind]
	if st != nil && st.last != nil && sel.By == ByFunction && sel.Focus == nil && h.baselineOf(sel) == nil {
		if t.Rows, ok = st.functionTable(m, sel); ok {
			typ := st.last.Type(sel.Type)
			m.sampleType, m.total = st.types[typ], st.last.Totals[typ]
			sortRows(t.Rows)
			st.describeTable(&t, m)
			return t, true
		}
	}
	t, ok = h.fillMatrix(m, sel)
	if ok {
		t.Rows = m.makeRows(sel, h.funcs)
	}
	return t, ok
}

// describeTable fills a table except for its rows.
func (st *store) describeTable(t *Table, m *stackMatrix) {
	t.Repeats, t.Stale = st.repeats, st.seen.Sub(st.last.Time)
	t.Types, t.Time = st.types, st.last.Time
	t.Type, t.Total, t.GrowthSpan = m.sampleType, m.total, m.timeSpan()
}

// fillMatrix fills a matrix for a selection, and the table except for its rows.
func (h *History) fillMatrix(m *stackMatrix, sel Selection) (t Table, ok bool) {
	st := h.currentEpoch().stores[sel.Kind]
	switch {
	case st != nil && st.last != nil:
		st.fillMatrix(m, sel, h.baselineOf(sel))
		st.describeTable(&t, m)
	case h.single[sel.Kind] != nil:
		s := h.single[sel.Kind]
		m.fillSingle(s, sel, h.baselineOf(sel))
		t.Types, t.Time = s.Types, s.Time
	default:
		return t, false
	}
	if sel.Baseline && h.baselineOf(sel) != nil {
		t.Baseline = h.baseAt
	}
	t.Type, t.Total, t.GrowthSpan = m.sampleType, m.total, m.timeSpan()
	return t, true
}

// baselineOf returns the baseline that a selection compares with, nil for none.
func (h *History) baselineOf(sel Selection) *Snapshot {
	if !sel.Baseline {
		return nil
	}
	return h.bases[sel.Kind]
}

// SetBaseline makes the newest profiles the baseline that later values are compared
// with, as of at or of the newest of them, whichever is later. It returns false if
// there is none yet.
func (h *HistoryBuilder) SetBaseline(at time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	bases := map[Kind]*Snapshot{}
	for k, st := range h.currentEpoch().stores {
		if st.last != nil {
			bases[k] = st.last
		}
	}
	for k, s := range h.single {
		if bases[k] == nil {
			bases[k] = s
		}
	}
	if len(bases) == 0 {
		return false
	}
	for _, s := range bases {
		if s.Time.After(at) {
			at = s.Time // it is newer than what is on screen
		}
	}
	h.bases, h.baseAt = bases, at
	h.appendEvent(Event{Time: at, Kind: EventMark, Text: "baseline"})
	return true
}

// DropBaseline makes values absolute again.
func (h *HistoryBuilder) DropBaseline() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	h.bases, h.baseAt = nil, time.Time{}
}

// Baseline returns when the baseline was set; zero if there is none.
func (h *History) Baseline() time.Time {
	return h.baseAt
}

// Latest returns the newest profile of a kind, polled or requested once, and the
// baseline of that kind. Either is nil if there is none.
func (h *History) Latest(k Kind) (latest, base *Snapshot) {
	if st := h.currentEpoch().stores[k]; st != nil {
		return st.last, h.bases[k]
	}
	return h.single[k], h.bases[k]
}
