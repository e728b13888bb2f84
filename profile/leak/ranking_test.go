package leak

import (
	"fmt"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Suspects have letters in the order in which they are shown. The order changes when a
// suspect joins or leaves, or once the ranking has been different for a while.
func TestLettersCountTheSuspects(t *testing.T) {
	start := time.Date(2026, 5, 4, 14, 0, 0, 0, time.UTC)
	var track Track
	for _, c := range []struct {
		second        int
		ranking, want string
	}{
		{0, "ab", "a=1 b=2"},
		{2, "ba", "a=1 b=2"},
		{20, "ba", "a=1 b=2"},
		{30, "ab", "a=1 b=2"},
		{40, "ba", "a=1 b=2"},
		{70, "ba", "b=1 a=2"},
		{72, "cab", "c=1 a=2 b=3"},
		{74, "bca", "c=1 a=2 b=3"},
		{76, "ba", "b=1 a=2"},
		{78, "ab", "b=1 a=2"},
	} {
		r := reportOf(c.ranking)
		track, _ = track.Follow(start, start.Add(time.Duration(c.second)*time.Second), r)
		if got := lettersOf(r); got != c.want {
			t.Errorf("after %q at %d s the letters are %q, want %q", c.ranking, c.second, got, c.want)
		}
	}
	r := reportOf("ab")
	track.Follow(start.Add(time.Hour), start.Add(time.Hour), r)
	if got := lettersOf(r); got != "a=1 b=2" {
		t.Errorf("of another process the letters are %q, want them by its ranking", got)
	}
}

// Rows find the letter of their suspect even if the suspects are in another order than
// in the report.
func TestRowsFollowTheOrderOfTheLetters(t *testing.T) {
	start := time.Date(2026, 5, 4, 14, 0, 0, 0, time.UTC)
	track, _ := Track{}.Follow(start, start, reportOf("ab"))
	a, b := &profile.Function{Name: "a"}, &profile.Function{Name: "b"}
	r := reportOf("ba")
	r.suspectOf = map[key]int{{fn: b}: 0, {fn: a}: 1}
	track.Follow(start, start.Add(time.Second), r)
	if at := r.LetterOf(r.SuspectOfFunction(a)); at != 1 || r.Suspects[0].Function != "a" {
		t.Errorf("the row of a has letter %d, and the suspects are %q; want 1, a first", at, lettersOf(r))
	}
	if at := r.LetterOf(r.SuspectOfFunction(b)); at != 2 {
		t.Errorf("the row of b has letter %d, want 2", at)
	}
}

// Suspects after Z share one symbol, and suspects with the same name have different
// letters.
func TestLettersOfManySuspects(t *testing.T) {
	start := time.Date(2026, 5, 4, 14, 0, 0, 0, time.UTC)
	track := Track{}
	for range 2 {
		r := reportOf("aacdefghijklmnopqrstuvwxyzABC")
		track, _ = track.Follow(start, start, r)
		for i, s := range r.Suspects {
			if want := min(i+1, maxLetters+1); s.Letter != want {
				t.Errorf("suspect %d has letter %d, want %d", i, s.Letter, want)
			}
		}
	}
}

// reportOf returns a report with a suspect for each character, which is the name of
// its function.
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
