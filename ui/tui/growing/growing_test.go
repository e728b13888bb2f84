package growing

import (
	"slices"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trace"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// The rows of suspects come first, by letter, before undecided rows that grow faster.
func TestSuspectsComeFirst(t *testing.T) {
	row := func(key string, card int, growth float64) *Row {
		return &Row{
			Label: list.Label{Name: key, Key: key}, Group: &profile.Group{Kind: profile.Heap},
			Numbers: list.Numbers{Unit: "bytes", Cum: 1 << 20, Growth: growth, Card: card},
		}
	}
	rows := []*Row{
		row("slow", 0, 1<<10), row("second", 2, 5<<20), row("fast", 0, 1<<30),
		row("first, slower", 1, 1<<20), row("first", 1, 3<<20),
	}
	want := []string{"first", "first, slower", "second", "fast", "slow"}
	keys := func() (out []string) {
		for _, r := range rows {
			out = append(out, r.Key)
		}
		return out
	}
	if sortRows(rows); !slices.Equal(keys(), want) {
		t.Errorf("rows: got %q, want %q", keys(), want)
	}
	slices.SortStableFunc(rows, func(a, b *Row) int { return -growthColumn().Compare(a, b) })
	if !slices.Equal(keys(), want) {
		t.Errorf("sorted by growth: got %q, want %q", keys(), want)
	}
}

// A row of a suspect opens the suspect's line, which is in the service's own code, not where a library waits.
func TestRowLeadsToTheLineOfItsSuspect(t *testing.T) {
	start := time.Date(2026, 5, 4, 14, 2, 0, 0, time.UTC)
	waits := &profile.Function{Name: "database/sql.(*Tx).awaitDone", File: "sql.go", Class: profile.ClassStd}
	own := &profile.Function{Name: "shop/seats.(*Plan).Check", File: "seats.go", Class: profile.ClassUser}
	stack := profile.NewStack(waits, profile.Frame{Func: waits, Line: 2212})
	g := profile.Group{Kind: profile.Goroutine, Blame: waits, Stacks: []*profile.Stack{stack}}
	for i := range 61 {
		g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(start.Add(time.Duration(2*i) * time.Second)), Value: int64(10 * i)})
	}
	report := leak.Judge(leak.Input{
		Now: start.Add(2 * time.Minute), Start: start, Goroutines: []profile.Group{g},
		Known: map[*profile.Stack]leak.StackFacts{stack: {Creators: []trace.Creator{{Func: own, Line: 33, N: 17}}}},
	})
	if len(report.Suspects) == 0 {
		t.Fatal("got no suspect")
	}
	if at := RowOf(&g, report).Describe().At; at.Func != own || at.Line != 33 {
		t.Errorf("got line %+v, want seats.go:33", at)
	}
}
