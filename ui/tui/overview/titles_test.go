package overview

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

// rising returns a line of one minute that ends at a value after rising by a fraction
// of it.
func rising(end, by float64) profile.Line {
	var seg []profile.Value
	for i := range 31 {
		at := time.Date(2026, 5, 4, 14, 2, 2*i, 0, time.UTC)
		seg = append(seg, profile.Value{Time: at, V: end * (1 - by*float64(30-i)/30)})
	}
	return profile.Line{seg}
}

// The titles of the three charts never touch, and have room for the growth on all
// usual screens.
func TestTitlesStandApart(t *testing.T) {
	vc := tuitest.Context(t)
	o := New(vc)
	for _, v := range []float64{9e3, 9.97e7, 1.0239e9, 3.456e11} {
		vc.State = session.State{
			Start: time.Date(2026, 5, 4, 14, 2, 0, 0, time.UTC),
			Heap:  rising(v, 0.02), Goroutines: rising(max(v/1e4, 90), 0.02), RSS: rising(v, 0.01), Sys: rising(v/2, 0.01),
			Facts: profile.Facts{Limit: int64(2 * v)},
		}
		for w := 40; w <= 220; w++ {
			o.Resize(tui.Rect{X: 0, Y: 1, W: w, H: 7})
			line, _, _ := strings.Cut(ansi.Strip(o.View()), "\n")
			cells := []rune(line)
			for _, at := range []int{o.widths[0], o.widths[0] + o.widths[1]} {
				if string(cells[at-1:at+1]) != "  " || cells[at+1] == ' ' {
					t.Fatalf("at %d columns two titles touch: %q", w, line)
				}
			}
			if n := strings.Count(line, "/h"); w >= 80 && n != 2 {
				t.Errorf("at %d columns %d titles have their growth: %q", w, n, line)
			}
		}
	}
}

// A chart whose line gets earlier values is drawn again, as while a recording is read.
func TestChartsShowValuesFilledIn(t *testing.T) {
	whole := rising(20<<20, 0.9)
	sparse := profile.Line{{whole[0][0], whole[0][30]}}
	bend := profile.Line{append([]profile.Value{whole[0][0]}, whole[0][1:]...)}
	for i := range bend[0][1:] {
		bend[0][i+1].V = 20 << 20
	}
	vc := tuitest.Context(t)
	show := func(o *Model, l profile.Line) string {
		vc.State = session.State{Start: l[0][0].Time, Now: l[0][len(l[0])-1].Time, Heap: l}
		o.Refresh()
		return ansi.Strip(o.View())
	}
	o, fresh := New(vc), New(vc)
	for _, m := range []*Model{o, fresh} {
		m.Resize(tui.Rect{X: 0, Y: 1, W: 120, H: 7})
	}
	show(o, sparse)
	if got, want := show(o, bend), show(fresh, bend); got != want {
		t.Errorf("the chart is\n%s\nnot\n%s", got, want)
	}
}
