package session

import (
	"slices"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// TestVerdictEventsComeOnce: a suspect that appears, pauses, comes back and goes.
func TestVerdictEventsComeOnce(t *testing.T) {
	start := time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)
	leaks := leak.Report{Suspects: []leak.Suspect{
		{Kind: leak.Heap, Function: "shop.keep", Confidence: leak.High, Sentence: "shop.keep keeps all", Group: &profile.Group{Kind: profile.Heap}},
		{Kind: leak.Goroutine, Function: "shop.wait", Confidence: leak.Low, Sentence: "shop.wait waits"},
	}}
	reports := func(seconds int) leak.Report {
		if seconds < 100 || seconds == 110 || seconds >= 200 {
			return leak.Report{}
		}
		return leaks
	}
	var v standingSuspects
	var got []string
	for s := 0; s < 300; s += 2 {
		now := start.Add(time.Duration(s) * time.Second)
		for _, e := range v.compare(start, now, reports(s)) {
			if e.Kind != profile.EventVerdict {
				t.Errorf("event of kind %q", e.Kind)
			}
			got = append(got, e.Time.Sub(start).String()+" "+e.Text)
		}
	}
	want := []string{"1m40s leak: shop.keep keeps all", "3m36s taken back: shop.keep: grows no more"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if e := v.compare(start.Add(time.Hour), start.Add(time.Hour), leaks); len(e) != 1 {
		t.Errorf("a new process that leaks has the events %v", e)
	}
}

// TestNamedCreatorTakesNothingBack: the same goroutines under the name of who
// starts them are the same leak.
func TestNamedCreatorTakesNothingBack(t *testing.T) {
	start := time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)
	g := &profile.Group{Kind: profile.Goroutine, Stacks: []*profile.Stack{{}}}
	report := func(function string) leak.Report {
		return leak.Report{Suspects: []leak.Suspect{{Kind: leak.Goroutine, Function: function, Confidence: leak.High, Sentence: function + " leaks", Group: g}}}
	}
	var v standingSuspects
	var got []string
	for s := range 60 {
		r := report("http.readLoop")
		if s >= 10 {
			r = report("shop.price")
		}
		for _, e := range v.compare(start, start.Add(time.Duration(s)*time.Second), r) {
			got = append(got, e.Text)
		}
	}
	if want := []string{"leak: http.readLoop leaks", "leak: shop.price leaks"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
