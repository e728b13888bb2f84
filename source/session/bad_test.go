package session

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
)

// readCaptures returns the profiles of a recorded service, in order.
func readCaptures(t *testing.T, name string) []profile.Capture {
	t.Helper()
	rec, err := recording.Open(t.Context(), []string{filepath.Join("..", "..", "testdata", "corpus", name+".tar")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	var out []profile.Capture
	for i := range rec.Items {
		if rec.Items[i].Message != nil {
			continue
		}
		c, err := rec.Load(&rec.Items[i])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// shiftTimes returns profiles with their times moved by d.
func shiftTimes(all []profile.Capture, d time.Duration) []profile.Capture {
	out := slices.Clone(all)
	for i := range out {
		out[i].Time = out[i].Time.Add(d)
	}
	return out
}

// TestBadInput checks that input which is late, duplicated, damaged, from another clock or from another program causes
// a warning, and does not turn a look-alike into a leak.
func TestBadInput(t *testing.T) {
	quiet, guilty := readCaptures(t, "warm-up"), readCaptures(t, "stuck-send")
	half := len(quiet) / 2
	mixed := func() (out []profile.Capture) {
		for i := range min(len(quiet), len(guilty)) {
			a, b := quiet[i], guilty[i]
			b.Time = a.Time.Add(time.Millisecond)
			out = append(out, a, b)
		}
		return out
	}
	swapped := func() []profile.Capture {
		out := slices.Clone(quiet)
		for i := 5; i+3 < len(out); i += 8 {
			out[i], out[i+3] = out[i+3], out[i]
		}
		return out
	}
	broken := func() []profile.Capture {
		out := slices.Clone(quiet)
		for i := 3; i < len(out); i += 5 {
			out[i].Data = out[i].Data[:len(out[i].Data)/2]
		}
		return out
	}
	// The responses for one kind are not profiles, from the first poll on.
	instead := func(k profile.Kind, data func(i int) []byte) []profile.Capture {
		out := slices.Clone(quiet)
		for i := range out {
			if out[i].Kind == k {
				out[i].Data = data(i)
			}
		}
		return out
	}
	first := func(k profile.Kind) []byte {
		return quiet[slices.IndexFunc(quiet, func(c profile.Capture) bool { return c.Kind == k })].Data
	}
	for _, c := range []struct {
		name    string
		input   []profile.Capture
		verdict []leak.Verdict
		says    string // in a diagnostic or an event
	}{
		{"nothing", nil, []leak.Verdict{"", leak.Undecided}, ""},
		{"one poll", guilty[:1], []leak.Verdict{leak.Undecided}, ""},
		{"out of order", swapped(), []leak.Verdict{leak.Steady, leak.Undecided}, "out of order"},
		{"a gap of ten minutes", slices.Concat(quiet[:half], shiftTimes(quiet[half:], 10*time.Minute)), []leak.Verdict{leak.Steady, leak.Undecided}, "profile for 10m"},
		{"a clock set back an hour", slices.Concat(quiet[:half], shiftTimes(quiet[half:], -time.Hour)), []leak.Verdict{leak.Steady, leak.Undecided}, "clock went back"},
		{"a clock set ahead a day", slices.Concat(quiet[:half], shiftTimes(quiet[half:], 24*time.Hour)), []leak.Verdict{leak.Steady, leak.Undecided}, "profile for 1d"},
		{"counters that start over", slices.Concat(guilty[:len(guilty)/2], shiftTimes(quiet, time.Hour)), []leak.Verdict{leak.Steady, leak.Undecided}, "restarted"},
		{"two programs mixed", mixed(), []leak.Verdict{leak.Steady, leak.Undecided}, "restarted"},
		{"no heap that can be read", instead(profile.Heap, func(i int) []byte { return quiet[i].Data[:60] }), []leak.Verdict{leak.Undecided}, "no heap profile could be read"},
		{"goroutines as the heap", instead(profile.Heap, func(int) []byte { return first(profile.Goroutine) }), []leak.Verdict{leak.Undecided}, "not one of a Go program (its samples are goroutine)"},
		{"the heap as goroutines", instead(profile.Goroutine, func(int) []byte { return first(profile.Heap) }), []leak.Verdict{leak.Undecided}, "so a leak of goroutines is not excluded"},
		{"broken profiles", broken(), []leak.Verdict{leak.Steady, leak.Undecided}, "could not be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := New(nil)
			for _, m := range c.input {
				w.Ingest(source.Capture{Capture: m})
			}
			st := w.State()
			if !slices.Contains(c.verdict, st.Report.Verdict) {
				t.Errorf("verdict %q: %v", st.Report.Verdict, st.Report.Suspects)
			}
			said := []string{fmt.Sprint(st.Report.Diagnostics)}
			for _, e := range st.Events {
				said = append(said, e.Text)
			}
			if !strings.Contains(strings.Join(said, "\n"), c.says) {
				t.Errorf("got texts %q, want %q", said, c.says)
			}
		})
	}
}
