package ui

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// groupOf returns the group of a function that is blamed for bytes or goroutines, with two minutes of linear growth
// from one value to another.
func groupOf(kind profile.Kind, name string, from, to int64) profile.Group {
	f := &profile.Function{Name: "shop." + name, Class: profile.ClassUser}
	g := profile.Group{
		Kind: kind, Blame: f,
		Stacks: []*profile.Stack{profile.NewStack(f, profile.Frame{Func: f})},
	}
	const steps = 60
	for i := range int64(steps + 1) {
		g.Points = append(g.Points, profile.GroupPoint{
			Time:  profile.InstantOf(time.Date(2026, 5, 4, 14, 2, int(2*i), 0, time.UTC)),
			Value: from + (to-from)*i/steps,
		})
	}
	return g
}

var trendOfRow = regexp.MustCompile(`[▁▂▃▄▅▆▇█]{8}`)

// The Growing pane lists the fastest growth first, with a goroutine counting as 8 KiB, and shows a trend in every
// row.
func TestGrowingIsSortedByGrowth(t *testing.T) {
	heap, goroutine := profile.Heap, profile.Goroutine
	groups := []profile.Group{ // growth in two minutes, in bytes; the names are in the expected order
		groupOf(heap, "gFalls", 64<<20, 32<<20),            // −32 MiB
		groupOf(goroutine, "dSlowly", 10_000, 10_090),      // +720 KiB
		groupOf(heap, "fHoldsLess", 1<<20, 1<<20),          // 0
		groupOf(heap, "cFast", 1<<20, 3<<20),               // +2 MiB
		groupOf(goroutine, "bMany", 0, 300),                // +2.3 MiB, from a small count
		groupOf(heap, "eHoldsMuch", 900<<20, 900<<20),      // 0, but holds the most
		groupOf(heap, "aFastest", 100<<20, 103<<20),        // +3 MiB
		groupOf(goroutine, "hFallsFastest", 10_000, 1_000), // −70 MiB
	}
	want := []string{"aFastest", "bMany", "cFast", "dSlowly", "eHoldsMuch", "fHoldsLess", "gFalls", "hFallsFastest"}
	for _, w := range []int{80, 120, 200} {
		s := newScreen(t, files{}, w, 40)
		s.m.vc.State.Groups = groups
		s.do(s.m.currentPage().Refresh(true))
		var got []string
		for line := range strings.Lines(s.text()) {
			line, _, _ = strings.Cut(line, "│")
			at := strings.Index(line, "shop.")
			if at < 0 {
				continue
			}
			name := strings.Fields(line[at+len("shop."):])[0]
			got = append(got, name)
			course := []rune(trendOfRow.FindString(line))
			switch {
			case len(course) == 0 && w == 120: // the details take its room
			case len(course) == 0:
				t.Errorf("%d columns: no trend in %q", w, line)
			case strings.Contains(name, "Holds"):
				if slices.Max(course) != slices.Min(course) {
					t.Errorf("a steady function has the trend %q", string(course))
				}
			case strings.Contains(name, "Falls"):
				if course[0] <= course[7] {
					t.Errorf("a falling function has the trend %q", string(course))
				}
			case course[0] >= course[7]:
				t.Errorf("a growing function has the trend %q", string(course))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d columns: got rows %q, want %q", w, got, want)
		}
	}
}

// Every function of a real heap profile has a trend.
func TestRealRowsHaveATrend(t *testing.T) {
	s := newScreen(t, files{names: typical.names[:3]}, 100, 40)
	rows := 0
	for _, e := range s.list().All() {
		if rows++; len(numbersOf(e).Spark) < 2 {
			t.Errorf("%s has no trend", e.RowLabel().Name)
		}
	}
	if rows < 5 {
		t.Errorf("got %d rows", rows)
	}
}

// The difference to a baseline is exact however old the baseline is, although the history is thinned after an hour.
func TestGrowingSinceAnOldBaseline(t *testing.T) {
	s := newLiveScreen(t)
	s.press("Growing")
	held, ended := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	start := func(n int) {
		for range n {
			all.Go(func() { hangSelect(held, ended) })
		}
	}
	at := s.m.now().Truncate(time.Hour).Add(time.Hour)
	feed := func(n int64) profile.Capture {
		c := waitForParked(t, at, "/ui.hangSelect", n)
		s.sendCapture(c)
		at = at.Add(time.Minute)
		return c
	}
	feed(0)
	start(3)
	feed(3)
	s.press("b")
	start(4)
	c := feed(7)
	for range 130 {
		c.Time, at = at, at.Add(time.Minute)
		s.fed <- source.Capture{Capture: c}
	}
	feed(7)
	sum := int64(0)
	for _, e := range rowsIn(s.list(), "/ui.hangSelect") {
		sum += numbersOf(e).Cum
	}
	if sum != 4 {
		t.Errorf("got %d goroutines since the baseline, want 4", sum)
	}
	close(ended)
	all.Wait()
}
