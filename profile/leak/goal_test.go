package leak

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/ignore"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/trend"
)

// newHolder returns a function that retains allocations, given what it holds over time. Each collection shows the state
// as of the previous one.
func newHolder(s *profile.Stack, gap float64, holds func(t float64) float64) profile.Group {
	g := profile.Group{Kind: profile.Heap, Blame: s.Blame, Stacks: []*profile.Stack{s}}
	for t := 0.0; t <= 150; t += gap {
		v := holds(max(0, t-gap))
		n := int64(v / (16 * kib))
		raw := v / samplingRate
		g.Points = append(g.Points, profile.GroupPoint{
			Time: profile.InstantOf(at(t)), AsOf: profile.InstantOf(at(max(0, t-gap))), Value: int64(v), Objects: n, AllocSpace: int64(v), AllocObjects: n, Raw: raw, RawAlloc: raw,
		})
	}
	return g
}

// goalReadings returns what the collector reports after each collection.
func goalReadings(gap float64, live func(t float64) float64) (out []memory.Reading) {
	for t := 0.0; t <= 150; t += gap {
		out = append(out, memory.Reading{Time: at(t), NumGC: uint32(t/gap) + 1, NextGC: uint64(2 * live(t))})
	}
	return out
}

func linearGrowth(from, perSecond float64) func(float64) float64 {
	return func(t float64) float64 { return from + perSecond*t }
}

// bentGrowth slows down to half its rate.
func bentGrowth(t float64) float64 { return min(t, 90)*mib + max(0, t-90)*mib/2 }

func filledAt(at float64) func(float64) float64 {
	return func(t float64) float64 { return 10*mib + min(t, at)*mib }
}

func TestGoal(t *testing.T) {
	two := func(in *Input) {
		in.Heap = append(in.Heap, newHolder(stackOf(fetch, fetch), 3, linearGrowth(mib, mib)))
	}
	tests := []struct {
		name   string
		gap    float64                 // between collections
		holds  func(t float64) float64 // as the profiles show it
		goal   func(t float64) float64 // nil for none
		change func(in *Input)
		leak   bool
		why    string // text required in the evidence or the shape
	}{
		{"the sampler sees it slow down by chance", 3, bentGrowth, linearGrowth(10*mib, 0.75*mib), nil, true, "by the collector's heap goal"},
		{"no better information", 3, bentGrowth, nil, nil, false, "slowing down"},
		{"it does slow down", 3, bentGrowth, func(t float64) float64 { return 10*mib + bentGrowth(t) }, nil, false, "slowing down"},
		{"more than chance", 3, filledAt(100), linearGrowth(10*mib, mib), nil, false, "then held"},
		{"something else grows evenly", 3, bentGrowth, linearGrowth(10*mib, 1.75*mib), two, false, "slowing down"},
		{"a leak", 3, linearGrowth(10*mib, mib), linearGrowth(12*mib, mib), nil, true, "evenly: at most"},
		{"no profile shows the end yet", 15, filledAt(125), filledAt(125), nil, false, "slowing down"},
		{"and what is full wavers", 15, filledAt(125), func(t float64) float64 { return filledAt(118)(t) - max(0, t-130)*0.4*mib }, nil, false, "slowing down"},
		{"a leak wavers too", 15, linearGrowth(10*mib, mib), func(t float64) float64 { return 10*mib + t*0.9*mib - 9*mib*math.Mod(math.Round(t/15), 2) }, nil, true, "evenly: at most"},
		{"without a goal", 15, filledAt(125), nil, nil, true, "evenly: at most"},
		{"a limit holds the goal back", 3, linearGrowth(10*mib, mib), filledAt(100), nil, true, "evenly: at most"},
		{"a limit that is known", 15, filledAt(125), filledAt(125), func(in *Input) { in.GoMemory = 512 * mib }, true, "evenly: at most"},
		{"other processes tell it", 15, filledAt(125), filledAt(125), func(in *Input) {
			for i := range in.Memory {
				in.Memory[i].NumGC = uint32(100 - i) // decreasing
			}
		}, true, "evenly: at most"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := Input{Now: at(150), Start: began, Heap: []profile.Group{newHolder(stackOf(put, put), tt.gap, tt.holds)}}
			if tt.goal != nil {
				in.Memory = goalReadings(tt.gap, tt.goal)
			}
			if tt.change != nil {
				tt.change(&in)
			}
			r := Judge(in)
			i := slices.IndexFunc(r.Suspects, func(s Suspect) bool { return s.Function == put.Name && s.Confidence != Low })
			if (i >= 0) != tt.leak {
				t.Fatalf("got a suspect: %v; %q", i >= 0, r.Function(put).Text)
			}
			said := r.Function(put).Text
			if tt.leak {
				said = strings.Join(r.Suspects[i].Evidence, " · ")
			}
			if !strings.Contains(said, tt.why) {
				t.Errorf("got text %q, want %q", said, tt.why)
			}
		})
	}
}

// A function that keeps a part of what it allocates is no longer a leak once the goal has been level for a while, as
// when a cache is full. The sampled heap may still rise by chance, and the goal varies a little.
func TestLevelGoalEndsALeak(t *testing.T) {
	waver := func(t float64) float64 { return mib * math.Sin(t) }
	for name, tt := range map[string]struct {
		goal func(t float64) float64
		leak bool
	}{
		"it rises":             {func(t float64) float64 { return 12*mib + 0.5*mib*t + waver(t) }, true},
		"it is level":          {func(t float64) float64 { return 12*mib + 0.5*mib*min(t, 95) + waver(t) }, false},
		"it rises half as far": {func(t float64) float64 { return 12*mib + 0.5*mib*min(t, 95) + 0.4*mib*max(0, t-95) + waver(t) }, true},
	} {
		g := newHolder(stackOf(put, put), 3, linearGrowth(10*mib, 0.5*mib))
		freeMost(g)
		r := Judge(Input{Now: at(150), Start: began, Heap: []profile.Group{g}, Memory: goalReadings(3, tt.goal)})
		if got := len(r.Suspects) > 0 && r.Suspects[0].Confidence != Low; got != tt.leak {
			t.Errorf("%s: got a leak: %v: %s", name, got, r.Function(put).Text)
		}
	}
}

// freeMost makes a group allocate three times as much without retaining more.
func freeMost(g profile.Group) {
	for i := range g.Points {
		p := &g.Points[i]
		p.AllocSpace, p.AllocObjects, p.RawAlloc = 3*p.AllocSpace, 3*p.AllocObjects, 3*p.RawAlloc
	}
}

// A full cache that several functions fill is not a leak of any of them, even if none makes up most of the growth,
// because the goal and their profiles are level. If one of them grows as much as another shrinks, the goal says
// nothing.
func TestLevelGoalEndsALeakInSeveralFunctions(t *testing.T) {
	waver := func(t float64) float64 { return mib * math.Sin(t) }
	fills := func(t float64) float64 { return 3*mib + 0.15*mib*min(t, 95) }
	grows := func(t float64) float64 { return 3*mib + 0.15*mib*t }
	shrinks := func(t float64) float64 { return fills(t) - 0.15*mib*max(0, t-95) }
	for name, tt := range map[string]struct {
		put, fetch func(t float64) float64
		leak       bool
	}{
		"all are full":           {fills, fills, false},
		"one grows, one shrinks": {grows, shrinks, true},
	} {
		heap := []profile.Group{newHolder(stackOf(put, put), 3, tt.put), newHolder(stackOf(fetch, fetch), 3, tt.fetch), newHolder(stackOf(ask, ask), 3, fills)}
		for _, g := range heap {
			freeMost(g)
		}
		goal := func(t float64) float64 { return 2*(tt.put(t)+tt.fetch(t)+fills(t)) + waver(t) }
		r := Judge(Input{Now: at(150), Start: began, Heap: heap, Memory: goalReadings(3, goal)})
		if got := len(r.Suspects) > 0 && r.Suspects[0].Confidence != Low; got != tt.leak {
			t.Errorf("%s: got a leak: %v: %s", name, got, r.Function(put).Text)
		}
	}
}

// Where collections are so rare that the newest profile shows the heap of 40 s ago, the goal of the newest collection
// shows that a cache has filled since.
func TestGoalEndsALeakBetweenProfiles(t *testing.T) {
	for name, tt := range map[string]struct {
		holds func(t float64) float64
		other func(t float64) float64 // the rest of the heap
		leak  bool
	}{
		"it grows":                  {linearGrowth(20*mib, 0.5*mib), linearGrowth(40*mib, 0), true},
		"it has filled":             {filledAt(122), linearGrowth(40*mib, 0), false},
		"it grows, the rest wavers": {linearGrowth(20*mib, 0.5*mib), func(t float64) float64 { return 40*mib + 6*mib*math.Cos(t*math.Pi/25) }, true},
	} {
		g := newHolder(stackOf(put, put), 25, tt.holds)
		rest := newHolder(stackOf(fetch, fetch), 25, tt.other)
		goal := func(t float64) float64 { return tt.holds(t) + tt.other(t) }
		r := Judge(Input{Now: at(150), Start: began, Heap: []profile.Group{g, rest}, Memory: goalReadings(25, goal)})
		if got := r.Verdict == Leaks; got != tt.leak {
			t.Errorf("%s: got a leak: %v: %s", name, got, r.Function(put).Text)
		}
	}
}

// A heap whose goal rises throughout the watch is not steady, even if the profiles hardly show it.
func TestRisingGoalIsNotSteady(t *testing.T) {
	level := func(float64) float64 { return 4 * mib }
	tests := []struct {
		name  string
		holds func(t float64) float64 // heap of the only function, as in the profiles
		goal  func(t float64) float64
		limit int64
		want  Verdict
	}{
		{"it rises", level, linearGrowth(4*mib, 0.1*mib), 0, Undecided},
		{"it does not", level, level, 0, Steady},
		{"it rises in a large heap", level, linearGrowth(40*mib, 0.1*mib), 0, Undecided},
		{"it rises little", level, linearGrowth(40*mib, 0.01*mib), 0, Steady},
		{"it rose, and has not since", level, func(t float64) float64 { return 4*mib + 0.2*mib*min(t, 50) }, 0, Steady},
		{"a limit sets it", level, linearGrowth(4*mib, 0.1*mib), 512 * mib, Steady},
		{"what filled, and holds, explains it", func(t float64) float64 { return 4*mib + mib*min(t, 80) }, func(t float64) float64 { return 4*mib + mib*min(t, 80) }, 0, Steady},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := Input{
				Now: at(150), Start: began, GoMemory: tt.limit,
				Heap:       []profile.Group{newHolder(stackOf(put, put), 3, tt.holds)},
				Goroutines: []profile.Group{goroutines(stackOf(fetch, fetch), 0, 150)},
				Memory:     goalReadings(3, tt.goal),
			}
			for t := 0.0; t <= 150; t += 3 {
				in.Live = append(in.Live, profile.Value{Time: at(t), V: 12 * mib})
			}
			if r := Judge(in); r.Verdict != tt.want {
				t.Errorf("got verdict %s, want %s: %s", r.Verdict, tt.want, r.Caveat.What)
			}
		})
	}
}

// A heap that leaks 60 MiB/h is not steady once the goal shows it, though the sampler sees next to nothing of it: the goal
// wavers by what happened to be live at a collection. What fills, or swings, is.
func TestThinGrowthIsNotSteady(t *testing.T) {
	const perSecond = 60 * mib / 3600.0
	for name, tt := range map[string]struct {
		live  func(t float64) float64
		limit int64
		want  Verdict
	}{
		"a leak":               {func(t float64) float64 { return 5*mib + perSecond*t }, 0, Undecided},
		"under a limit":        {func(t float64) float64 { return 5*mib + perSecond*t }, 512 * mib, Steady},
		"in a large heap":      {func(t float64) float64 { return 300*mib + perSecond*t }, 0, Steady},
		"at the minimum goal":  {func(float64) float64 { return 2 * mib }, 0, Steady},
		"level":                {func(float64) float64 { return 5 * mib }, 0, Steady},
		"a cache that is full": {func(t float64) float64 { return 5*mib + perSecond*min(t, 90) }, 0, Steady},
		"a swing":              {func(t float64) float64 { return 6*mib + mib*math.Sin(t/10) }, 0, Steady},
	} {
		in := Input{
			Now: at(160), Start: began, GoMemory: tt.limit,
			Heap:       []profile.Group{flatHeap(160)},
			Goroutines: []profile.Group{flatGoroutines(160)},
			Memory: goalReadings(6, func(t float64) float64 {
				return max(tt.live(t)+0.3*mib*math.Sin(3*t), 2*mib)
			}),
		}
		for t := 0.0; t <= 160; t += 3 {
			in.Live = append(in.Live, profile.Value{Time: at(t), V: tt.live(0)})
		}
		if r := Judge(in); r.Verdict != tt.want {
			t.Errorf("%s: got %s, want %s: %s", name, r.Verdict, tt.want, r.Caveat.What)
		}
	}
}

// What the user ignores may make the goal rise.
func TestIgnoredGrowthExplainsTheGoal(t *testing.T) {
	live := linearGrowth(5*mib, 0.1*mib)
	in := Input{
		Now: at(150), Start: began, Heap: []profile.Group{newHolder(stackOf(put, put), 3, live)}, Goroutines: []profile.Group{flatGoroutines(150)},
		Memory: goalReadings(3, live),
	}
	for t := 0.0; t <= 150; t += 3 {
		in.Live = append(in.Live, profile.Value{Time: at(t), V: live(t)})
	}
	if text := totalRises(newJudgment(in)); text == "" {
		t.Error("got nothing")
	}
	var err error
	if in.Ignored, err = ignore.New("store.(*Cache).Put"); err != nil {
		t.Fatal(err)
	}
	if text := totalRises(newJudgment(in)); text != "" {
		t.Errorf("ignored, got %q", text)
	}
}

// Stacks of more and more goroutines, which the goal counts too, are no growth of the heap.
func TestStacksAreNotTheHeap(t *testing.T) {
	const stacks = 120 * mib / 3600.0
	in := Input{Now: at(160), Start: began, Heap: []profile.Group{flatHeap(160)}, Goroutines: []profile.Group{flatGoroutines(160)}}
	in.Memory = goalReadings(6, func(t float64) float64 { return 5*mib + stacks*t/2 + 0.3*mib*math.Sin(3*t) })
	for i := range in.Memory {
		in.Memory[i].StackInuse = uint64(stacks * in.Memory[i].Time.Sub(began).Seconds())
	}
	in.Live = []profile.Value{{Time: at(0), V: 5 * mib}}
	c := newJudgment(in)
	if text := totalRises(c); text != "" {
		t.Errorf("got %q", text)
	}
	for i := range in.Memory {
		in.Memory[i].StackInuse = 0
	}
	if text := totalRises(newJudgment(in)); text == "" {
		t.Error("of the same goal without stacks, got nothing")
	}
}

func TestNewGoal(t *testing.T) {
	reading := func(sec float64, n uint32, next uint64) memory.Reading {
		return memory.Reading{Time: at(sec), NumGC: n, NextGC: next}
	}
	tests := []struct {
		name string
		in   []memory.Reading
		want []trend.Point
	}{
		{"none", nil, nil},
		{"no goal known", []memory.Reading{{Time: at(1), RSS: 5}}, nil},
		{"one for each collection", []memory.Reading{reading(1, 1, 8), reading(2, 1, 8), reading(3, 2, 9)}, []trend.Point{{T: 1, V: 8}, {T: 3, V: 9}}},
		{"before the first", []memory.Reading{reading(1, 0, 4), reading(2, 0, 4)}, []trend.Point{{T: 1, V: 4}}},
		{"after a restart", []memory.Reading{reading(1, 7, 8), reading(2, 1, 4)}, []trend.Point{{T: 2, V: 4}}},
	}
	for _, tt := range tests {
		if got := newGoal(tt.in, began); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

// The nearest goal is used, because none may have the exact time.
func TestGoalAt(t *testing.T) {
	c := &judgment{goal: []trend.Point{{T: 1, V: 8}, {T: 5, V: 9}}}
	for at, want := range map[float64]float64{-3: 8, 2.9: 8, 3.1: 9, 100: 9} {
		if got := c.goalAt(at); got != want {
			t.Errorf("at %v: got %v, want %v", at, got, want)
		}
	}
}
