package leak

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/blindspot"
	"github.com/leaktop/leaktop/profile/memory"
)

// TestOffHeapAskedForRarely checks a leak of mapped memory if the peak resident memory is read every 30 s and the
// runtime's own numbers every 2 s, and the same leak after it has stopped.
func TestOffHeapAskedForRarely(t *testing.T) {
	look := func(ends float64) Verdict {
		in := Input{Start: began}
		for s := 0.0; s <= 300; s += 2 {
			asked := min(float64(int(s/30)*30), ends)
			in.Now = at(s)
			in.Memory = append(in.Memory, memory.Reading{
				Time: in.Now, HeapAlloc: 10 << 20, Sys: 30 << 20, MaxRSS: uint64(34<<20 + 512<<10*asked),
			})
		}
		r := Judge(in)
		if len(r.Suspects) == 0 {
			return Steady
		}
		return r.Verdict
	}
	if v := look(1000); v != Undecided {
		t.Errorf("growing peak, possibly of a mapped file: got %q", v)
	}
	if v := look(100); v != Steady {
		t.Errorf("growth that stopped after 100 s: got %q after %v", v, 300*time.Second)
	}
}

// TestOutsideOfGo checks that anonymous memory can leak and pages of a mapped file cannot, and that memory which is
// read more rarely than the heap grows is not taken for memory outside of Go.
func TestOutsideOfGo(t *testing.T) {
	const mib = 1 << 20
	for name, tt := range map[string]struct {
		reading func(t float64) memory.Reading
		want    Verdict
	}{
		"malloc": {func(t float64) memory.Reading {
			return memory.Reading{Sys: 20 * mib, RSS: uint64(30*mib + t*0.65*mib), Anon: uint64(22*mib + t*0.65*mib), File: 8 * mib}
		}, Leaks},
		"malloc that is swapped out": {func(t float64) memory.Reading {
			return memory.Reading{Sys: 20 * mib, RSS: 60 * mib, Anon: 50 * mib, Swap: uint64(t * 0.65 * mib), File: 8 * mib}
		}, Leaks},
		"a mapped file": {func(t float64) memory.Reading {
			return memory.Reading{Sys: 20 * mib, RSS: uint64(30*mib + t*2*mib), Anon: 22 * mib, File: uint64(8*mib + t*2*mib)}
		}, Steady},
		"the heap, by figures of every 30 s": {func(t float64) memory.Reading {
			n := float64(int(t / 30))
			return memory.Reading{Sys: uint64(40*mib + n*30*mib), TotalAlloc: uint64(1 + n), RSS: uint64(40*mib + t*mib), Anon: uint64(40*mib + t*mib)}
		}, Steady},
	} {
		in := Input{Start: began}
		g := heldAtMarks(profile.Goroutine, "main.wait", 1)
		g.Points = nil
		for s := 0.0; s <= 150; s += 2 {
			in.Now = at(s)
			r := tt.reading(s)
			r.Time = in.Now
			in.Memory = append(in.Memory, r)
			g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(in.Now), Value: 3})
		}
		in.Goroutines = []profile.Group{g}
		r := Judge(in)
		if r.Verdict != tt.want || tt.want == Leaks && r.Suspects[0].Kind != OffHeap {
			t.Errorf("%s: got %s, %+v", name, r.Verdict, r.Suspects)
		}
	}
}

// TestMallocIsFound judges the readings of a real service in which C code retains 227 MiB/h while the heap turns over.
// The runtime's figures are read only every 2 min after the first three. The leak is larger than the blind spot, so it
// must be found.
func TestMallocIsFound(t *testing.T) {
	text, err := os.ReadFile("testdata/malloc.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var all []memory.Reading
	for line := range bytes.Lines(text) {
		var r memory.Reading
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	judge := func(n int) Report {
		seconds := all[n-1].Time.Sub(all[0].Time).Seconds()
		return Judge(Input{
			Now: at(seconds), Start: began, Memory: moveTo(began, all[:n]),
			Goroutines: []profile.Group{flatGoroutines(seconds)}, Heap: []profile.Group{flatHeap(seconds)},
		})
	}
	for n := 4; n <= len(all); n++ {
		r := judge(n)
		i := slices.IndexFunc(r.BlindSpots, func(b blindspot.Spot) bool { return b.What == blindspot.OffHeap })
		if floor := r.BlindSpots[i].PerHour; r.Verdict == Steady && floor > 0 && floor < 200<<20 {
			t.Errorf("after %d readings: steady, although what grows faster than %.0f MiB/h would show", n, floor/(1<<20))
		}
	}
	r := judge(len(all))
	if r.Verdict != Leaks || r.Suspects[0].Kind != OffHeap || r.Suspects[0].Low > 227<<20 || r.Suspects[0].High < 227<<20 {
		t.Errorf("got %s, %+v", r.Verdict, r.Suspects)
	}
}

// TestLittleOutsideOfGo checks what is judged by few MiB of anonymous memory, where that is known: steady growth is a leak,
// and what an allocator of C or the runtime takes in bursts, for a while, or by touching what it holds, is not.
func TestLittleOutsideOfGo(t *testing.T) {
	const mib, perSecond = 1 << 20, 107.0 / 3600
	noise := func(t float64) float64 { return 0.3 * math.Sin(t) * math.Sin(t/7) }
	for name, tt := range map[string]struct {
		anon func(t float64) float64 // MiB; the runtime holds 12, of which it never touches 3
		want Verdict
	}{
		"a leak":                    {func(t float64) float64 { return 9 + perSecond*t }, Leaks},
		"a slower leak":             {func(t float64) float64 { return 9 + perSecond*t*0.6 }, Undecided},
		"nothing":                   {func(float64) float64 { return 9 }, Steady},
		"arenas fill":               {func(t float64) float64 { return 9 + 6*(1-math.Exp(-t/20)) }, Steady},
		"a cache of C fills":        {func(t float64) float64 { return 9 + perSecond*min(t, 90) }, Steady},
		"arenas grow up and down":   {func(t float64) float64 { return 12 + 0.06*t + 0.7*math.Sin(t/5) }, Undecided},
		"a buffer of Go is touched": {func(t float64) float64 { return 2 + perSecond*t }, Steady},
	} {
		in := Input{Start: began, Now: at(160), Goroutines: []profile.Group{flatGoroutines(160)}, Heap: []profile.Group{flatHeap(160)}}
		for s := 0.0; s <= 160; s += 3 {
			anon := uint64((tt.anon(s) + noise(s)) * mib)
			in.Memory = append(in.Memory, memory.Reading{Time: at(s), Sys: 12 * mib, TotalAlloc: uint64(1 + s), Anon: anon, RSS: anon + 8*mib, File: 8 * mib})
		}
		r := Judge(in)
		if r.Verdict != tt.want {
			t.Errorf("%s: got %s: %s %+v", name, r.Verdict, r.Caveat.What, r.Suspects)
		}
		if s := r.Suspects; tt.want == Leaks && len(s) == 1 && (s[0].Low > 107*mib || s[0].High < 107*mib) {
			t.Errorf("%s: got %.0f–%.0f MiB/h", name, s[0].Low/mib, s[0].High/mib)
		}
	}
}

// moveTo returns readings moved in time, so that the first is at began.
func moveTo(began time.Time, all []memory.Reading) []memory.Reading {
	out := slices.Clone(all)
	for i := range out {
		out[i].Time = began.Add(out[i].Time.Sub(all[0].Time))
	}
	return out
}

// TestOutsideIsPairedInTime checks that the runtime's memory is interpolated between two of its figures, and that a
// heap that grows, jumps or falls in between is not taken for memory outside of Go.
func TestOutsideIsPairedInTime(t *testing.T) {
	const mib = 1 << 20
	for name, tt := range map[string]struct {
		held func(t float64) float64 // MiB
		grow float64                 // MiB/s outside of Go
		want Verdict
	}{
		"malloc under an even heap":   {func(float64) float64 { return 40 }, 0.1, Leaks},
		"malloc under a heap growing": {func(t float64) float64 { return 40 + t/4 }, 0.1, Leaks},
		"a heap growing":              {func(t float64) float64 { return 40 + t }, 0, Steady},
		"a heap that fills":           {func(t float64) float64 { return 40 + 100*(1-math.Exp(-t/60)) }, 0, Steady},
		"a heap that bursts":          {func(t float64) float64 { return 40 + 60*max(0, math.Sin(t/17)) }, 0, Steady},
	} {
		in := Input{Start: began, Now: at(600), Goroutines: []profile.Group{flatGoroutines(600)}, Heap: []profile.Group{flatHeap(600)}}
		r := memory.Reading{}
		for s := 0.0; s <= 600; s += 2 {
			isAsked := math.Mod(s, 14) == 0
			if math.Mod(s, 120) == 0 {
				r.Sys, r.TotalAlloc, r.Time = uint64(tt.held(s)*mib), uint64(1+s), at(s)
				in.Memory = append(in.Memory, r)
			}
			if isAsked {
				r.Anon, r.Time = uint64((tt.held(s)+tt.grow*s)*mib), at(s+0.5)
				r.RSS = r.Anon + 8*mib
				in.Memory = append(in.Memory, r)
			}
		}
		if r := Judge(in); r.Verdict != tt.want {
			t.Errorf("%s: got %s: %s %+v", name, r.Verdict, r.Caveat.What, r.Suspects)
		}
	}
}

// TestMappedFilesAreReported checks that growth by pages of mapped files is reported, but not as a leak.
func TestMappedFilesAreReported(t *testing.T) {
	const mib = 1 << 20
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{flatGoroutines(120)}, Heap: []profile.Group{flatHeap(120)}}
	for s := 0.0; s <= 120; s += 2 {
		in.Memory = append(in.Memory, memory.Reading{Time: at(s), Sys: 20 * mib, TotalAlloc: uint64(1 + s), RSS: uint64((30 + 3*s) * mib), Anon: 22 * mib, File: uint64((8 + 3*s) * mib)})
	}
	r := Judge(in)
	i := slices.IndexFunc(r.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == profile.CodeMappedFiles })
	if r.Verdict != Steady || i < 0 || !strings.Contains(r.Diagnostics[i].What, "grew by 360 MiB, to 368 MiB") {
		t.Errorf("got %s, %+v", r.Verdict, r.Diagnostics)
	}
	for i := range in.Memory {
		in.Memory[i].Removed = in.Memory[i].File - 7*mib
	}
	r = Judge(in)
	i = slices.IndexFunc(r.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == profile.CodeMappedFiles })
	if i < 0 || !strings.Contains(r.Diagnostics[i].What, "; 361 MiB of mappings, 360 MiB more than at first, are of files that were removed") {
		t.Errorf("of removed files, got %+v", r.Diagnostics)
	}
	for i := range in.Memory {
		in.Memory[i].File, in.Memory[i].Removed = 8*mib, 0
	}
	if r := Judge(in); slices.ContainsFunc(r.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == profile.CodeMappedFiles }) {
		t.Errorf("of files that do not grow, got %+v", r.Diagnostics)
	}
}

// TestMemoryIsTheLatest checks that figures are those of the latest reading, unchanged, and that resident memory below
// the live heap is reported separately.
func TestMemoryIsTheLatest(t *testing.T) {
	const mib = 1 << 20
	g := heldAtMarks(profile.Heap, "main.keep", 1)
	g.Points = []profile.GroupPoint{{Time: profile.InstantOf(at(0)), Value: 3 * mib}, {Time: profile.InstantOf(at(20)), Value: 40 * mib}}
	for name, tt := range map[string]struct {
		readings []memory.Reading
		want     Memory
	}{
		"nothing is known": {nil, Memory{Charged: 40 * mib, ChargedFrom: FromHeap, HeapLive: 40 * mib}},
		"the runtime alone": {
			[]memory.Reading{{Time: at(0), Sys: 9 * mib}, {Time: at(20), Sys: 200 * mib, HeapReleased: 12 * mib}},
			Memory{Charged: 188 * mib, ChargedFrom: FromGo, HeapLive: 40 * mib},
		},
		"older than the heap": {
			[]memory.Reading{{Time: at(0), Sys: 9 * mib}},
			Memory{Charged: 40 * mib, ChargedFrom: FromHeap, HeapLive: 40 * mib},
		},
		"what the kernel charges": {
			[]memory.Reading{{Time: at(20), Sys: 90 * mib, RSS: 80 * mib, Anon: 70 * mib, File: 10 * mib, WorkingSet: 75 * mib}},
			Memory{Charged: 75 * mib, ChargedFrom: FromWorkingSet, RSS: 80 * mib, Anon: 70 * mib, File: 10 * mib, HeapLive: 40 * mib},
		},
		"memory that was never written to": {
			[]memory.Reading{{Time: at(20), Sys: 90 * mib, RSS: 30 * mib, Anon: 25 * mib}},
			Memory{Charged: 30 * mib, ChargedFrom: FromRSS, Anon: 25 * mib, HeapLive: 40 * mib, resident: 30 * mib},
		},
		"swap counts": {
			[]memory.Reading{{Time: at(20), Sys: 90 * mib, RSS: 80 * mib, Swap: 30 * mib}},
			Memory{Charged: 110 * mib, ChargedFrom: FromRSS, RSS: 80 * mib, HeapLive: 40 * mib},
		},
	} {
		in := Input{Now: at(20), Start: began, Heap: []profile.Group{g}, Memory: tt.readings}
		r := Judge(in)
		if r.Memory != tt.want {
			t.Errorf("%s: got %+v, want %+v", name, r.Memory, tt.want)
		}
		if says := strings.Contains(fmt.Sprint(r.Diagnostics), "only 30 MiB of memory is resident, less than the live heap of 40 MiB"); says != (tt.want.resident > 0) {
			t.Errorf("%s: got %v", name, r.Diagnostics)
		}
	}
}
