package overview

import (
	"testing"

	"github.com/leaktop/leaktop/profile/leak"
)

func TestBriefCutsNoNumber(t *testing.T) {
	s := leak.Suspect{
		Function: "example.com/shop/cart.(*Store).Put", GrowthPerHour: 1020, Unit: "goroutines",
		Claim:    leak.Claim{Subject: "cart.(*Store).Put", After: " waits on a Cond that nothing signals"},
		Sentence: "cart.(*Store).Put waits on a Cond that nothing signals: +1,020 goroutines/h (990–1,050)",
	}
	for room, want := range map[int]string{
		100: s.Sentence,
		60:  "cart.(*Store).Put +1,020/h: waits on a Cond that nothing si…",
	} {
		if got := shortenSentence(s, room); got != want {
			t.Errorf("in %d columns: %q, want %q", room, got, want)
		}
	}
	soon := leak.Suspect{
		Function: "example.com/shop/images.(*Cache).render", GrowthPerHour: 2 << 30, Unit: "bytes",
		Claim: leak.Claim{Subject: "images.(*Cache).render", After: " keeps all it allocates"}, HoursToLimit: 5.0 / 60,
		Sentence: "images.(*Cache).render keeps all it allocates: +2.0 GiB/h (1.7–2.3), 91% of the growth; limit in ~5m",
	}
	if got := shortenSentence(soon, 71); got != "images.(*Cache).render +2.00 GiB/h, limit in ~5m: keeps all it allocat…" {
		t.Errorf("with a limit: %q", got)
	}
	by := leak.Suspect{
		Function: "example.com/shop/prices.(*Client).fetchPrice", GrowthPerHour: 7207, Unit: "goroutines",
		Claim:    leak.Claim{Before: "HTTP response bodies not closed by ", Subject: "prices.(*Client).fetchPrice"},
		Sentence: "HTTP response bodies not closed by prices.(*Client).fetchPrice: +7,207 goroutines/h (7,100–7,300)",
	}
	if got := shortenSentence(by, 66); got != "+7,207/h: HTTP response bodies not closed by …(*Client).fetchPrice" {
		t.Errorf("with a function at the end: %q", got)
	}
	off := leak.Suspect{GrowthPerHour: 720, Unit: "goroutines", Claim: leak.Claim{Before: "HTTP response bodies are not closed"}, Sentence: "HTTP response bodies are not closed: +720 goroutines/h"}
	if got := shortenSentence(off, 50); got != "+720/h: HTTP response bodies are not closed" {
		t.Errorf("without a function: %q", got)
	}
}
