package demo

import (
	"cmp"
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/demo/shop"
)

// standIns are the outermost functions of scenarios whose stacks have none of
// the service's own functions.
var standIns = map[string]string{
	"unclosed-body":      "net/http.(*persistConn).writeLoop",
	"transport-per-call": "net/http.(*persistConn).readLoop",
	"unclosed-rows":      "database/sql.(*Rows).awaitDone",
	"bare-sleep":         "time.Sleep",
}

// TestScenariosShow runs every scenario in one child and checks what the real
// profile shows of it.
func TestScenariosShow(t *testing.T) {
	t.Parallel()
	all := Scenarios()
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name
	}
	c, err := Start(context.Background(), os.Args[0], names)
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, c)

	missing := all
	eventually.Wait(func() bool {
		heap := tally(get(t, c.URL+"/debug/pprof/heap?gc=1&debug=1"))
		goroutines := tally(get(t, c.URL+"/debug/pprof/goroutine?debug=1"))
		missing = slices.DeleteFunc(missing, func(s shop.Scenario) bool { return shows(s, heap, goroutines) })
		return len(missing) == 0
	})
	for _, s := range missing {
		t.Errorf("%s: no growth shows at %q", s.Name, s.Want.StackFunction)
	}
	bareSleepNamesItsCreator(t, get(t, c.URL+"/debug/pprof/goroutine?debug=2"))
}

// TestHangingConnectionsShow runs the leaks whose stacks have only functions of
// the standard library, one at a time, so that nothing else has such
// goroutines.
func TestHangingConnectionsShow(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]string{
		"idle-clients":  lookup(t, "idle-clients").Want.StackFunction,
		"unclosed-body": standIns["unclosed-body"],
	} {
		c, err := Start(context.Background(), os.Args[0], []string{name})
		if err != nil {
			t.Fatal(err)
		}
		grown := func() int { return tally(get(t, c.URL+"/debug/pprof/goroutine?debug=1"))[f] }
		first := grown()
		eventually.Holds(t, name+": growth at "+f, func() bool { return grown() >= first+2 })
		stop(t, c)
	}
}

// lookup returns the scenario with a name.
func lookup(t *testing.T, name string) shop.Scenario {
	t.Helper()
	found, err := Lookup([]string{name})
	if err != nil {
		t.Fatal(err)
	}
	return found[0]
}

func shows(s shop.Scenario, heap, goroutines map[string]int) bool {
	switch s.Want.Kind {
	case shop.GrowsHeap:
		return heap[s.Want.StackFunction] > 0
	case shop.GrowsGoroutines:
		return goroutines[cmp.Or(s.Want.StackFunction, standIns[s.Name])] >= 3
	default:
		return true // TestArena
	}
}

func bareSleepNamesItsCreator(t *testing.T, text string) {
	t.Helper()
	if creator := "created by " + lookup(t, "bare-sleep").Want.Function; !strings.Contains(text, creator) {
		t.Errorf("no goroutine is %s", creator)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	count, seen := map[shop.Kind]int{}, map[string]bool{}
	for _, s := range Scenarios() {
		count[s.Kind]++
		if seen[s.Name] {
			t.Errorf("%s: is there twice", s.Name)
		}
		seen[s.Name] = true
		if s.About == "" || s.Want.Kind == "" || s.Want.Signature == "" || s.Start == nil {
			t.Errorf("%s: incomplete: %+v", s.Name, s)
		}
	}
	if count[shop.Leak] < 16 || count[shop.LookAlike] < 12 {
		t.Errorf("too few scenarios: %v", count)
	}
	for _, s := range defaults() {
		if s.Kind != shop.Leak || s.Endless {
			t.Errorf("%s: no leak to begin with", s.Name)
		}
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		names []string
		want  string // the names found, or a part of the error
	}{
		{nil, "growing-slice stuck-send unclosed-files unclosed-body"},
		{[]string{"off-heap"}, "off-heap"},
		{[]string{"lru-cache", "stuck-send", "lru-cache"}, "lru-cache stuck-send"},
		{[]string{"groing-slise"}, "did you mean growing-slice?"},
		{[]string{"stuck-send", "x"}, `"x": no such leak` + "\navailable: growing-slice "},
		{[]string{""}, "available: growing-slice "},
	} {
		found, err := Lookup(test.names)
		if err != nil {
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("%q: error %q, want %q in it", test.names, err, test.want)
			}
			continue
		}
		var got []string
		for _, s := range found {
			got = append(got, s.Name)
		}
		if g := strings.Join(got, " "); g != test.want {
			t.Errorf("%q: found %q, want %q", test.names, g, test.want)
		}
	}
}
