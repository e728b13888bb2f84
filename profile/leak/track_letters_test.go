package leak

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// A letter keeps its suspect while the ranking changes, and while the suspect is gone
// for a while.
func TestLettersKeepTheirSuspect(t *testing.T) {
	start := time.Date(2026, 5, 4, 14, 0, 0, 0, time.UTC)
	var track Track
	for i, c := range []struct{ ranking, want string }{
		{"ab", "a=1 b=2"},
		{"cab", "c=3 a=1 b=2"},
		{"bc", "b=2 c=3"},
		{"dbac", "d=4 b=2 a=1 c=3"},
	} {
		r := reportOf(c.ranking)
		track, _ = track.Follow(start, start.Add(time.Duration(i)*time.Second), r)
		if got := lettersOf(r); got != c.want {
			t.Errorf("after %q the letters are %q, want %q", c.ranking, got, c.want)
		}
	}
	r := reportOf("d")
	track.Follow(start.Add(time.Hour), start.Add(time.Hour), r)
	if got := lettersOf(r); got != "d=1" {
		t.Errorf("of another process the letters are %q, want them from the start", got)
	}
}

// More suspects than letters: those that are gone give theirs back, and the rest share
// the sign for all others.
func TestLettersRunOut(t *testing.T) {
	all := "abcdefghijklmnopqrstuvwxyzABC"
	start := time.Date(2026, 5, 4, 14, 0, 0, 0, time.UTC)
	r := reportOf(all)
	track, _ := Track{}.Follow(start, start, r)
	for i, s := range r.Suspects {
		if want := min(i+1, maxLetters+1); s.Letter != want {
			t.Errorf("suspect %d has letter %d, want %d", i, s.Letter, want)
		}
	}
	r = reportOf("zD")
	track.Follow(start, start.Add(time.Second), r)
	if got := lettersOf(r); got != "z=26 D=1" {
		t.Errorf("when others are gone the letters are %q", got)
	}
}

// What is remembered of a suspect does not keep the series of its time in memory, which are those of all groups.
func TestTrackKeepsNoSeries(t *testing.T) {
	groups := []profile.Group{bytesOf(stackOf(put, put), 2048, 400<<10, 300), bytesOf(stackOf(dial, dial), 4096, 40<<10, 300)}
	in := Input{Now: at(300), Start: began, Heap: groups}
	r := Judge(in)
	if len(r.Suspects) == 0 {
		t.Fatal("got no suspect")
	}
	if g := r.Suspects[0].Group; g == &groups[0] || g == &groups[1] || len(g.Points) == 0 {
		t.Errorf("the suspect's group has %d points, want its own copy of the group", len(g.Points))
	}
	track, _ := Track{}.Follow(in.Start, in.Now, &r)
	for _, o := range slices.Concat(track.standing, track.letters) {
		if n := len(o.Points) + len(o.Floor) + len(o.Group.Points); n > 0 {
			t.Errorf("%s: %d points are kept", o.Function, n)
		}
	}
}

// reportOf returns a report with a suspect for each character, which is its function.
func reportOf(ranking string) *Report {
	r := &Report{}
	for _, c := range ranking {
		r.Suspects = append(r.Suspects, Suspect{Kind: Heap, Function: string(c), Confidence: High})
	}
	return r
}

func lettersOf(r *Report) (out string) {
	for i, s := range r.Suspects {
		if i > 0 {
			out += " "
		}
		out += fmt.Sprintf("%s=%d", s.Function, s.Letter)
	}
	return out
}
