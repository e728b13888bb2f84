package overview

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

var cardSuspects = map[string]leak.Suspect{
	"stuck": {
		Function: "example.com/shop/cart.(*Store).Put", File: "/src/shop/cart/store.go", Line: 41, GrowthPerHour: 1020, Low: 990, High: 1050, Unit: "goroutines",
		Claim:    leak.Claim{Subject: "cart.(*Store).Put", After: " waits on a Cond that nothing signals"},
		Sentence: "cart.(*Store).Put waits on a Cond that nothing signals: +1,020 goroutines/h (990–1,050)",
	},
	"heap": {
		Function: "example.com/shop/images.(*Cache).render", File: "/src/shop/images/cache.go", Line: 7, GrowthPerHour: 2 << 30, Low: 1.5 * (1 << 30), High: 3 << 30, Unit: "bytes", Kind: leak.Heap,
		Claim: leak.Claim{Subject: "images.(*Cache).render", After: " keeps all it allocates"}, HoursToLimit: 5.0 / 60, Share: 0.91,
		Sentence: "images.(*Cache).render keeps all it allocates: +2.0 GiB/h (1.7–2.3), 91% of the growth; limit in ~5m",
	},
	"bodies": {
		Function: "example.com/shop/prices.(*Client).fetchPrice", File: "/src/shop/prices/client.go", Line: 88, GrowthPerHour: 7200, Low: 7100, High: 7300, Unit: "goroutines",
		Claim: leak.Claim{Before: "HTTP response bodies not closed by ", Subject: "prices.(*Client).fetchPrice"}, Object: "connections", PerObject: 2,
		Sentence: "HTTP response bodies not closed by prices.(*Client).fetchPrice: +7,200 goroutines/h (7,100–7,300)",
	},
	"files": {
		Function: "main.(*prober).first", File: "/src/main.go", Line: 22, GrowthPerHour: 28800, Low: 28600, High: 29000, Unit: "open files", Kind: leak.Files, Share: 1,
		Claim:    leak.Claim{Subject: "main.(*prober).first", After: " opens files, connections or pipes that are never closed"},
		Sentence: "main.(*prober).first opens files, connections or pipes that are never closed: +28,800 open files/h (28,600–29,000)",
	},
	"nameless": {GrowthPerHour: 720, Unit: "goroutines", Claim: leak.Claim{Before: "HTTP response bodies are not closed"}, Sentence: "HTTP response bodies are not closed: +720 goroutines/h"},
}

func TestCardsFitTheirLine(t *testing.T) {
	for _, c := range []struct {
		name string
		room int
		want string
	}{
		{"stuck", 100, "+1,020 goroutines/h  cart.(*Store).Put waits on a Cond that nothing signals store.go:41"},
		{"stuck", 80, "+1,020 goroutines/h  cart.(*Store).Put waits on a Cond that nothing signals"},
		{"stuck", 60, "+1,020 goroutines/h  cart.(*Store).Put store.go:41"},
		{"heap", 71, "+2.00 GiB/h, limit in ~5m  images.(*Cache).render cache.go:7"},
		{"bodies", 110, "+3,600 connections/h = +7,200 goroutines/h  HTTP response bodies not closed by prices.(*Client).fetchPrice"},
		{"bodies", 76, "+7,200 goroutines/h  HTTP response bodies not closed by (*Client).fetchPrice"},
		{"bodies", 62, "+7,200 goroutines/h  prices.(*Client).fetchPrice client.go:88"},
		{"bodies", 54, "+7,200 goroutines/h  (*Client).fetchPrice client.go:88"},
		{"nameless", 60, "+720 goroutines/h  HTTP response bodies are not closed"},
	} {
		if got := (card{cardSuspects[c.name]}).line(c.room); got != c.want {
			t.Errorf("%s in %d columns: %q, want %q", c.name, c.room, got, c.want)
		}
	}
}

// Whatever the width, the rate is not cut, nor anything else but the package.
func TestCardsCutNoNumber(t *testing.T) {
	for name, s := range cardSuspects {
		for w := 34; w < 160; w++ {
			rate := format.PerHour(s.GrowthPerHour, s.Unit)
			rate = strings.TrimSuffix(rate, "/h")
			one := card{s}.line(w)
			two := strings.Join(card{s}.lines(w), "\n")
			for _, text := range []string{one, two} {
				if !strings.Contains(text, rate) {
					t.Errorf("%s in %d columns lacks %q: %q", name, w, rate, text)
				}
				if strings.Contains(strings.TrimSuffix(text, "…"), "… ") || strings.HasSuffix(text, "…") {
					t.Errorf("%s in %d columns is cut at its end: %q", name, w, text)
				}
				for l := range strings.SplitSeq(text, "\n") {
					if format.Width(l) > w {
						t.Errorf("%s in %d columns is wider: %q", name, w, l)
					}
				}
			}
		}
	}
}

func TestCardsOnTwoLines(t *testing.T) {
	got := strings.Join(card{cardSuspects["heap"]}.lines(90), "\n")
	want := "images.(*Cache).render keeps all it allocates  cache.go:7\n+2.00 GiB/h (1.5–3) · limit in ~5m · 91% of the heap growth"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	got = strings.Join(card{cardSuspects["files"]}.lines(100), "\n")
	want = "main.(*prober).first opens files, connections or pipes that are never closed  main.go:22\n+28,800 open files/h (28,600–29,000)"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// On a screen of 80 columns a card on two lines has its cause, the function and its rate,
// whatever the signature and however long the name.
func TestCardsKeepTheCause(t *testing.T) {
	const longest = "orders.(*ConcurrentSubscriptionRegistry[...]).RegisterHandlerWithRetry.func2"
	for _, sig := range leak.Signatures {
		before, after, ok := strings.Cut(sig.Says, "%s")
		if !ok {
			t.Errorf("%s names no function", sig.ID)
			continue
		}
		for _, name := range []string{"main.(*Cache).Put", longest} {
			s := leak.Suspect{
				Function: "example.com/shop/" + name, File: "/src/registry.go", Line: 1041, GrowthPerHour: 11_250, Low: 11_000, High: 11_500, Unit: "goroutines",
				Claim: leak.Claim{Before: before, Subject: name, After: after}, Object: sig.Object, PerObject: sig.PerObject, Share: 0.4,
			}
			c := card{s}
			text := strings.Join(c.lines(c.cardWidth(80)), " ")
			for _, want := range []string{strings.TrimSpace(before), strings.TrimSpace(after), "11,250", name[len(name)-12:]} {
				if !strings.Contains(text, want) {
					t.Errorf("%s of %s lacks %q: %s", sig.ID, name, want, text)
				}
			}
		}
	}
}

// The sentence about the days before is never cut: if there is no room for it, a shorter
// one replaces it.
func TestPastIsNotCut(t *testing.T) {
	vc := tuitest.Context(t)
	to := time.Date(2026, 11, 29, 7, 10, 0, 0, time.Local)
	vc.State.Past = &session.Past{Outlook: longterm.Outlook{
		Course: longterm.Grows, Metric: longterm.WorkingSet, From: to.Add(-7 * 24 * time.Hour), To: to, Since: to.Add(-76 * time.Hour),
		SinceLow: to.Add(-80 * time.Hour), SinceHigh: to.Add(-70 * time.Hour), PerHour: 264 << 20, Restarts: 3,
	}}
	vc.State.Report = leak.Report{Verdict: leak.Leaks, Suspects: []leak.Suspect{cardSuspects["stuck"]}}
	for w := 60; w <= 200; w++ {
		for h := 3; h <= 6; h++ {
			text := strings.Join(strings.Fields(ansi.Strip(strings.Join(VerdictLines(vc, w, h), "\n"))), " ")
			_, history, ok := strings.Cut(text, "history")
			history, _, _ = strings.Cut(history, theme.SymbolMark) // without the hint
			if !ok || !strings.Contains(history, "+264 MiB/h") || strings.Contains(history, "…") {
				t.Errorf("%dx%d: got\n%s", w, h, text)
			}
		}
	}
}

// A card writes the interval of a rate as the sentence does, in the unit of the rate.
func TestCardsHaveTheIntervalOfTheSentence(t *testing.T) {
	for name, want := range map[string]string{"stuck": "990–1,050", "heap": "1.5–3", "bodies": "7,100–7,300"} {
		if got := (card{cardSuspects[name]}).interval(); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	mixed := card{leak.Suspect{Unit: "bytes", GrowthPerHour: 908 << 20, Low: 665 << 20, High: 1150 << 20}}
	if got := mixed.rate(true); got != "+908 MiB/h (665–1,150)" {
		t.Errorf("got %q", got)
	}
}

// If several profiles are missing, each is named, and the verdict stays on screen.
func TestEachTroubleIsNamed(t *testing.T) {
	vc := tuitest.Context(t)
	vc.State.Report = leak.Report{Caveat: profile.Diagnostic{Code: profile.CodeShortWatch, What: "watched for 9s of the 1m30s that a verdict needs"}}
	vc.State.Heap = profile.Line{{{Time: vc.State.Now, V: 1}}}
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		what := "no " + string(k) + " profile arrived, so a leak of that kind is not excluded: the service serves pprof, but not this profile; register it: router.Handle(\"/debug/pprof/" + string(k) + "\", pprof.Handler(\"" + string(k) + "\")), of net/http/pprof"
		vc.State.Diagnostics = append(vc.State.Diagnostics, profile.Diagnostic{Code: profile.CodeNotServed, Kind: k, Severity: profile.SeverityBlocking, What: what})
	}
	text := strings.Join(strings.Fields(ansi.Strip(strings.Join(VerdictLines(vc, 80, 5), " "))), " ")
	for _, want := range []string{"no heap profile arrived, so a leak of that kind is not excluded: the service", "no goroutine profile arrived, so a leak of that kind is not excluded: the service", "watched for 9s"} {
		if !strings.Contains(text, want) {
			t.Errorf("got %q, want it to contain %q", text, want)
		}
	}
}
