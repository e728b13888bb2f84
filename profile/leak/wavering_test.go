package leak

import (
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// TestWavering: of few large objects none comes for a moment, so that the newest
// poll alone reads "filled, then held". That is held against the polls before,
// until the pause has lasted.
func TestWavering(t *testing.T) {
	const each, grows = 4 << 20, 108
	upTo := func(now float64) Input {
		g := profile.Group{Kind: profile.Heap, Blame: guilty, Stacks: []*profile.Stack{guiltyStack}}
		for s := 0.0; s <= now; s += 2 {
			n := int64(min(s, grows) / 4)
			g.Points = append(g.Points, profile.GroupPoint{
				Time: at(s), Value: n * each, Objects: n, AllocSpace: n * each, AllocObjects: n, Raw: float64(n), RawAlloc: float64(n), Largest: each,
			})
		}
		return Input{Now: at(now), Start: began, Heap: []profile.Group{g}}
	}
	first := 0.0 // poll that reads steady
	for now := 100.0; now <= 160; now += 2 {
		in := upTo(now)
		r := Judge(in)
		if first == 0 && r.Verdict == Leaks {
			continue
		}
		if first == 0 {
			first = now
			if word := r.Function(guilty).Word; now <= grows || r.Verdict != Steady || word != "warm-up" {
				t.Fatalf("at %v s it is %s, %q; want a leak until it pauses, then steady", now, r.Verdict, word)
			}
		}
		names := []string{}
		for _, s := range Wavering(in) {
			names = append(names, s.Function)
		}
		if soon := now-first <= params.polls.backAfter.Seconds()-2; soon != (len(names) == 1 && names[0] == guilty.Name) || !soon && len(names) > 0 {
			t.Errorf("%v s after the first steady poll, %v wavers", now-first, names)
		}
	}
	if first == 0 {
		t.Error("growth that has ended is a leak for ever")
	}
}

// TestLastPolls: those of 15 s, and where polls are rare the last three.
func TestLastPolls(t *testing.T) {
	for every, want := range map[float64]int{2: 7, 5: 3, 30: 3, 300: 3} {
		g := profile.Group{Kind: profile.Goroutine}
		for i := range 20 {
			g.Points = append(g.Points, profile.GroupPoint{Time: at(float64(i) * every)})
		}
		polls := Input{Goroutines: []profile.Group{{}, g}}.lastPolls(Goroutine)
		if len(polls) != want || !polls[0].Equal(at(18*every)) || !polls[want-1].Equal(at(float64(19-want)*every)) {
			t.Errorf("every %v s: %v, want %d before the newest", every, polls, want)
		}
	}
}
