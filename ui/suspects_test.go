package ui

import (
	"testing"

	"github.com/leaktop/leaktop/profile/leak"
)

func TestBriefCutsNoNumber(t *testing.T) {
	s := leak.Suspect{
		Function: "example.com/shop/cart.(*Store).Put", GrowthPerHour: 1020, Unit: "goroutines",
		Sentence: "cart.(*Store).Put waits on a Cond that nobody signals: +1,020 goroutines/h (990–1,050)",
	}
	for room, want := range map[int]string{
		100: s.Sentence,
		60:  "cart.(*Store).Put +1,020/h: waits on a Cond that nobody sig…",
	} {
		if got := brief(s, room); got != want {
			t.Errorf("in %d columns: %q, want %q", room, got, want)
		}
	}
	off := leak.Suspect{GrowthPerHour: 720, Unit: "goroutines", Sentence: "HTTP response bodies are not closed: +720 goroutines/h"}
	if got := brief(off, 50); got != "+720/h: HTTP response bodies are not closed" {
		t.Errorf("without a function: %q", got)
	}
}
