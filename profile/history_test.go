package profile

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/pprof/profile"

	"github.com/leaktop/leaktop/profile/memory"
)

var t0 = time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)

// fakeHeap returns a heap profile in which each named function, called by main.main, has allocated and holds the given
// numbers of objects of 1 MiB.
func fakeHeap(t testing.TB, objects map[string][2]int64) []byte {
	t.Helper()
	p := &profile.Profile{Period: 512 << 10, PeriodType: &profile.ValueType{Type: "space", Unit: "bytes"}}
	for _, n := range []string{"alloc_objects/count", "alloc_space/bytes", "inuse_objects/count", "inuse_space/bytes"} {
		name, unit, _ := bytes.Cut([]byte(n), []byte("/"))
		p.SampleType = append(p.SampleType, &profile.ValueType{Type: string(name), Unit: string(unit)})
	}
	loc := func(name, file string) *profile.Location {
		f := &profile.Function{ID: uint64(len(p.Function) + 1), Name: name, SystemName: name, Filename: file}
		p.Function = append(p.Function, f)
		l := &profile.Location{ID: uint64(len(p.Location) + 1), Address: uint64(len(p.Location) + 1), Line: []profile.Line{{Function: f, Line: 7}}}
		p.Location = append(p.Location, l)
		return l
	}
	root := loc("main.main", "/src/shop/main.go")
	for name, n := range objects {
		const size = 1 << 20
		p.Sample = append(p.Sample, &profile.Sample{
			Location: []*profile.Location{loc(name, "/src/shop/x.go"), root},
			Value:    []int64{n[0], n[0] * size, n[1], n[1] * size},
			NumLabel: map[string][]int64{"bytes": {size}},
		})
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func addHeap(t testing.TB, h *HistoryBuilder, sec int, objects map[string][2]int64) AddResult {
	t.Helper()
	a, err := h.Add(Capture{Kind: Heap, Time: t0.Add(time.Duration(sec) * time.Second), Data: fakeHeap(t, objects)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestRepeatIsNotAnObservation(t *testing.T) {
	h := NewHistoryBuilder()
	addHeap(t, h, 0, map[string][2]int64{"main.a": {10, 5}})
	if a := addHeap(t, h, 2, map[string][2]int64{"main.a": {10, 5}}); !a.Repeat {
		t.Error("an unchanged profile is not a repeat")
	}
	if a := addHeap(t, h, 4, map[string][2]int64{"main.a": {11, 5}}); a.Repeat {
		t.Error("a profile with a new allocation is a repeat")
	}
	g := h.History().Groups(Heap)
	if len(g) != 1 || len(g[0].Points) != 2 {
		t.Fatalf("got groups %+v, want one with two points", g)
	}
	line := h.History().Total(Heap, "inuse_space")
	if len(line) != 1 || len(line[0]) != 2 {
		t.Fatalf("got line %v, want one segment of two points", line)
	}
	// The effective time is that of the second-to-last collection, which the previous profile showed.
	if v := line[0][1]; !v.EffectiveTime().Equal(line[0][0].Time) || !g[0].Points[1].EffectiveTime().AsTime().Equal(v.EffectiveTime()) {
		t.Errorf("second point: got effective time %v, want that of the first: %v", v.EffectiveTime(), line[0][0].Time)
	}
}

func TestRestartIsNeverComparedAcross(t *testing.T) {
	h := NewHistoryBuilder()
	for i := range 5 {
		addHeap(t, h, 2*i, map[string][2]int64{"main.a": {int64(10 * (i + 1)), int64(10 * (i + 1))}})
	}
	a := addHeap(t, h, 12, map[string][2]int64{"main.a": {3, 3}})
	if !a.Restart {
		t.Fatal("a decreased counter is not taken for a restart")
	}
	addHeap(t, h, 14, map[string][2]int64{"main.a": {6, 6}})
	g := h.History().Groups(Heap)
	if len(g) != 1 || len(g[0].Points) != 2 || g[0].Points[0].Value != 3<<20 {
		t.Errorf("after the restart: got groups %+v, want the two points of the new process", g)
	}
	if line := h.History().Total(Heap, "inuse_space"); len(line) != 2 || len(line[0]) != 5 {
		t.Errorf("got line %v, want the old segment and the new one", line)
	}
	if _, n, _ := h.History().Epoch(); n != 1 {
		t.Errorf("got %d restarts, want 1", n)
	}
}

func TestRestartReasonMayComeLate(t *testing.T) {
	h := NewHistoryBuilder()
	addHeap(t, h, 0, map[string][2]int64{"main.a": {9, 9}})
	addHeap(t, h, 2, map[string][2]int64{"main.a": {1, 1}})
	h.AddEvent(Event{Time: t0.Add(3 * time.Second), Kind: EventRestart, Text: "restarted, OOMKilled, exit 137"})
	ev := h.History().Events()
	if len(ev) != 1 || ev[0].Text != "restarted, OOMKilled, exit 137" {
		t.Errorf("got events %v, want the one restart with its reason", ev)
	}
}

// A reading of the kernel repeats the runtime's figures from an earlier response, and may overtake a newer response.
func TestRepeatedCountersAreNoRestart(t *testing.T) {
	first := memory.Reading{Time: t0, Source: memory.SourceHeapText, NumGC: 29, TotalAlloc: 65 << 20}
	answer := memory.Reading{Time: t0.Add(10 * time.Second), Source: memory.SourceHeapText, NumGC: 33, TotalAlloc: 74 << 20}
	repeated := first
	repeated.Time, repeated.Source, repeated.RSS = answer.Time.Add(time.Millisecond), "/proc/PID/smaps_rollup", 90<<20
	next := answer
	next.Time, next.NumGC = answer.Time.Add(10*time.Second), 34
	want := []memory.Reading{first, answer, repeated, next}
	for name, readings := range map[string][]memory.Reading{
		"in order of time":    want,
		"in order of arrival": {first, repeated, answer, next},
	} {
		t.Run(name, func(t *testing.T) {
			h := NewHistoryBuilder()
			for _, r := range readings {
				if h.AddReading(r) {
					t.Errorf("%s at %s is taken for a restart", r.Source, r.Time)
				}
			}
			if diff := cmp.Diff(want, h.History().Readings()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRestartOtherSigns(t *testing.T) {
	for name, sign := range map[string]func(h *HistoryBuilder){
		"memory counters": func(h *HistoryBuilder) {
			h.AddReading(memory.Reading{Time: t0, NumGC: 50, TotalAlloc: 1 << 30})
			h.AddReading(memory.Reading{Time: t0.Add(2 * time.Second), NumGC: 3, TotalAlloc: 1 << 20})
		},
		"container": func(h *HistoryBuilder) {
			h.AddFacts(t0, Facts{Container: "a"})
			h.AddFacts(t0, Facts{Container: "b"})
		},
		"start time": func(h *HistoryBuilder) {
			h.AddFacts(t0, Facts{Start: t0.Add(-time.Hour)})
			h.AddFacts(t0, Facts{Start: t0})
		},
		"event": func(h *HistoryBuilder) { h.AddEvent(Event{Time: t0, Kind: EventRestart, Text: "restarted"}) },
	} {
		t.Run(name, func(t *testing.T) {
			h := NewHistoryBuilder()
			addHeap(t, h, 0, map[string][2]int64{"main.a": {9, 9}})
			sign(h)
			if _, n, _ := h.History().Epoch(); n != 1 {
				t.Errorf("got %d restarts, want 1", n)
			}
		})
	}
}

func TestLateAndJumpingClocks(t *testing.T) {
	h := NewHistoryBuilder()
	addHeap(t, h, 100, map[string][2]int64{"main.a": {9, 9}})
	if a := addHeap(t, h, 98, map[string][2]int64{"main.a": {8, 8}}); !a.Late {
		t.Error("a capture older than the newest one was accepted")
	}
	addHeap(t, h, 102, map[string][2]int64{"main.a": {10, 10}})
	late := 0
	for i := range 6 { // the clock was set back by a minute
		if addHeap(t, h, 40+2*i, map[string][2]int64{"main.a": {int64(11 + i), 1}}).Late {
			late++
		}
	}
	if late > 2 {
		t.Errorf("lost %d captures after the clock was set back, want at most 2", late)
	}
}

func TestBaselineIsPprofDiff(t *testing.T) {
	h := NewHistoryBuilder()
	addHeap(t, h, 0, map[string][2]int64{"main.a": {10, 10}, "main.b": {4, 4}})
	if !h.SetBaseline(t0) {
		t.Fatal("got no baseline")
	}
	addHeap(t, h, 60, map[string][2]int64{"main.a": {30, 25}, "main.b": {9, 2}})
	tab, _ := h.History().Rows(Selection{Kind: Heap, Baseline: true})
	got := map[string]int64{}
	for _, r := range tab.Rows {
		got[r.Func.Name] = r.Cum >> 20
	}
	if got["main.a"] != 15 || got["main.b"] != -2 || got["main.main"] != 13 || tab.Total>>20 != 13 {
		t.Errorf("got difference %v of %d, want a 15, b -2, main 13 of 13", got, tab.Total>>20)
	}
	if g := tab.Rows[0].Growth * 60 / (1 << 20); g < 12 || g > 16 {
		t.Errorf("growth of %s since the baseline: got %.1f MiB/min", tab.Rows[0].Func.Name, g)
	}
}

// A baseline is dated by the time shown on screen, which may be earlier than the time of the newest profile, but never
// before its profile.
func TestBaselineIsNotBeforeItsProfile(t *testing.T) {
	h := NewHistoryBuilder()
	addHeap(t, h, 0, map[string][2]int64{"main.a": {10, 10}})
	addHeap(t, h, 60, map[string][2]int64{"main.a": {30, 25}})
	if !h.SetBaseline(t0.Add(59*time.Second)) || !h.History().Baseline().Equal(t0.Add(time.Minute)) {
		t.Errorf("got baseline time %v, want that of the profile", h.History().Baseline())
	}
	if !h.SetBaseline(t0.Add(time.Hour)) || !h.History().Baseline().Equal(t0.Add(time.Hour)) {
		t.Errorf("got baseline time %v, want that of the key press", h.History().Baseline())
	}
}

func TestObserverLeftOutOfGrowth(t *testing.T) {
	h := NewHistoryBuilder()
	for i := range 10 {
		addHeap(t, h, 2*i, map[string][2]int64{"runtime/pprof.writeHeap": {int64(10 * i), int64(10 * i)}, "main.a": {int64(i), 1}})
	}
	tab, _ := h.History().Rows(Selection{Kind: Heap})
	for _, r := range tab.Rows {
		if r.Func.Name == "runtime/pprof.writeHeap" && (r.Growth != 0 || r.Flat != 90<<20) {
			t.Errorf("observer's row: got growth %v, flat %d; want no growth and its true value", r.Growth, r.Flat)
		}
	}
	for _, g := range h.History().Groups(Heap) {
		if g.Stacks[0].Observer {
			t.Error("the observer's stacks are part of a group")
		}
	}
}

func TestDrillDown(t *testing.T) {
	h, s := loadHistory(t, "testdata/typ_heap_060.pb.gz")
	all, _ := h.History().Rows(Selection{Kind: Heap})
	f := all.Rows[20].Func
	sum := func(by Grouping) (n int64) {
		tab, _ := h.History().Rows(Selection{Kind: Heap, By: by, Focus: f})
		for _, r := range tab.Rows {
			n += r.Cum
		}
		return n
	}
	if stacks := sum(ByStack); stacks != all.Rows[20].Cum {
		t.Errorf("stacks through %s: got a total of %d, want its cum %d", f.Name, stacks, all.Rows[20].Cum)
	}
	if lines := sum(ByLine); lines < all.Rows[20].Cum {
		t.Errorf("lines of %s: got a total of %d, want its cum %d", f.Name, lines, all.Rows[20].Cum)
	}
	if s.Buckets < s.Len() {
		t.Errorf("got %d buckets for %d stacks", s.Buckets, s.Len())
	}
}

// A watch of a day must not fill the memory. This checks the series of one busy stack.
func TestHistoryIsBounded(t *testing.T) {
	h := NewHistoryBuilder()
	a := addHeap(t, h, 0, map[string][2]int64{"main.a": {1, 1}})
	for i := 1; i < 24*1800; i++ {
		s := *a.Snapshot
		s.Time = t0.Add(time.Duration(2*i) * time.Second)
		v := []int64{int64(i), int64(i) << 20, int64(i), int64(i) << 20}
		s.SetSamples([]Sample{{Stack: a.Snapshot.Samples()[0].Stack, Values: v}})
		s.Totals = v
		h.addSnapshot(&s)
	}
	st := h.currentEpoch().stores[Heap]
	if n := len(st.obs); n > 450 {
		t.Errorf("got %d observations of a day", n)
	}
	if n := st.sizeEstimate(); n > 200<<10 {
		t.Errorf("got %d bytes for one stack", n)
	}
	g := h.History().Groups(Heap)[0]
	for _, p := range g.Points[1:] {
		if want := int64(p.Time.Since(t0).Seconds()) / 2; p.Value>>20 != want {
			t.Fatalf("at %v: got %d, want %d", p.Time, p.Value>>20, want)
		}
	}
}

// A few stacks may lose their name from one profile to the next; that is not a restart. Many do if another process has
// already allocated more.
func TestLostStacks(t *testing.T) {
	many := func(from, n int, each int64) map[string][2]int64 {
		m := map[string][2]int64{}
		for i := from; i < from+n; i++ {
			m[fmt.Sprintf("main.f%d", i)] = [2]int64{each, 1}
		}
		return m
	}
	h := NewHistoryBuilder()
	addHeap(t, h, 0, many(0, 100, 10))
	if a := addHeap(t, h, 2, many(2, 100, 11)); a.Restart {
		t.Error("two changed stacks of 100 are taken for a restart")
	}
	if a := addHeap(t, h, 4, many(50, 200, 12)); !a.Restart {
		t.Error("the loss of half of the stacks is not taken for a restart")
	}
}

// A difference of two profiles, or a damaged profile, is not a restart at each poll.
func TestNegativeCountsAreNoRestart(t *testing.T) {
	h := NewHistoryBuilder()
	addHeap(t, h, 0, map[string][2]int64{"main.a": {10, 5}, "main.b": {10, 5}})
	for i := range 7 {
		c := Capture{Kind: Heap, Time: t0.Add(time.Duration(2*i+2) * time.Second), Data: fakeHeap(t, map[string][2]int64{"main.a": {int64(-20 - i), 5}, "main.b": {100, 5}})}
		if _, err := h.Add(c); err == nil || !strings.Contains(err.Error(), "negative counts") {
			t.Fatalf("profile with negative counts: got error %v", err)
		}
	}
	addHeap(t, h, 20, map[string][2]int64{"main.a": {12, 6}, "main.b": {10, 5}})
	if _, restarts, _ := h.History().Epoch(); restarts != 0 {
		t.Errorf("got %d restarts", restarts)
	}
}

// Times that overflow are ignored, wherever they appear.
func TestImpossibleTimes(t *testing.T) {
	for _, year := range []int{1, 1677, 1999, 2262, 9999} {
		at := time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)
		if IsPlausible(at) {
			t.Errorf("the year %d is accepted as plausible", year)
		}
		h := NewHistoryBuilder()
		h.AddFacts(t0, Facts{Name: "x", Start: at})
		if start := h.History().Facts().Start; !start.IsZero() {
			t.Errorf("process start in the year %d: got %v, want none", year, start)
		}
	}
	if !IsPlausible(t0) {
		t.Errorf("%v is not plausible", t0)
	}
}

// The restarts of a pod that crashes for days are counted correctly, although its events are bounded.
func TestRestartsAreCountedForLong(t *testing.T) {
	h := NewHistoryBuilder()
	const restarts = 3 * maxEvents
	for i := range restarts {
		at := t0.Add(time.Duration(i) * time.Minute)
		h.AddCount(Count{Time: at, N: 1})
		h.AddEvent(Event{Time: at, Kind: EventRestart, Text: "restarted"})
		h.AddEvent(Event{Time: at, Kind: EventFailed, Text: "no answer"})
	}
	if _, n, _ := h.History().Epoch(); n != restarts {
		t.Errorf("got %d restarts, want %d", n, restarts)
	}
	if n := len(h.History().Events()); n > maxEvents {
		t.Errorf("got %d events", n)
	}
}
