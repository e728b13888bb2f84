package overview

import (
	"math"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

// The growth in the title of a chart leaves out the start, and growth of less than
// one goroutine.
func TestTitlesLeaveOutTheStart(t *testing.T) {
	vc := tuitest.Context(t)
	vc.State = session.State{Start: time.Date(2026, 5, 4, 14, 2, 0, 0, time.UTC)}
	line := func(of func(i float64) float64) profile.Line {
		l := rising(1, 0)
		for i := range l[0] {
			l[0][i].V = of(float64(i))
		}
		return l
	}
	at := func(l profile.Line) float64 {
		vc.State.Heap = l
		per, ok := vc.State.GrowthPerHour(profile.Heap, vc.Span())
		if !ok {
			return 0
		}
		return per
	}
	wave := func(i float64) float64 { return float64(int(i)*7%5) * 1e4 }
	if per := at(line(func(i float64) float64 { return min(i, 10)*7e6 + wave(i) })); per != 0 {
		t.Errorf("a start of 70 MB and nothing since is %g an hour", per)
	}
	if per := at(line(func(i float64) float64 { return min(i, 8)*7e6 + i*1e6 + wave(i) })); per < 1.7e9 || per > 1.9e9 {
		t.Errorf("1 MB every 2 s after a start is %g an hour", per)
	}
	if per := at(line(func(i float64) float64 { return 208 + i/100 })); per != 0 {
		t.Errorf("a third of a goroutine is %g an hour", per)
	}
}

// A heap grows by 1 MiB per second and is collected whenever it has doubled, so
// each profile shows the heap at the previous collection. The title has the rate
// of the heap although its values are older and older.
func TestTitleOfRareCollections(t *testing.T) {
	const second = 1 << 20
	start := time.Date(2026, 5, 4, 14, 2, 0, 0, time.UTC)
	at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	before := 7.5
	seg := []profile.Value{{Time: start, V: before * second, AsOf: start}}
	for s := 15.0; s <= 120; s *= 2 {
		seg = append(seg, profile.Value{Time: at(s), V: (7.5 + before) * second, AsOf: at(before)})
		before = s
	}
	again := seg[len(seg)-1] // polled again, the service has nothing new
	again.Time = at(150)
	seg = append(seg, again)
	vc := tuitest.Context(t)
	vc.State = session.State{Start: start, Heap: profile.Line{seg}}
	const want = 3600 * second
	if got, ok := vc.State.GrowthPerHour(profile.Heap, vc.Span()); !ok || math.Abs(got/want-1) > 0.01 {
		t.Errorf("the title has %.0f MiB/h (%v), want 3600", got/second, ok)
	}
}
