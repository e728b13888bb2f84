package leak

import (
	"strings"
	"testing"
)

// The help explains the name of every shape.
func TestShapesAreExplained(t *testing.T) {
	seen := map[string]Shape{}
	for s := ShapeLeak; s > ShapeNone; s-- {
		if s.String() == "" || s.Means() == "" {
			t.Errorf("shape %d: got name %q with meaning %q", s, s, s.Means())
		}
		if other, ok := seen[s.String()]; ok {
			t.Errorf("shapes %d and %d have the same name %q", s, other, s)
		}
		seen[s.String()] = s
	}
	if len(seen) != int(ShapeLeak) {
		t.Errorf("got %d explained shapes, want %d", len(seen), ShapeLeak)
	}
	if got := Shape(200).String() + Shape(200).Means(); got != "" {
		t.Errorf("unknown shape: got name %q", got)
	}
}

func TestEvaluationWhileOpen(t *testing.T) {
	if got := (Report{Verdict: Leaks}).Function(nil).Shape; got != ShapeSteady {
		t.Errorf("function without findings: got %v, want steady", got)
	}
	if got := (Report{}).Function(nil).Shape; got != ShapeNone {
		t.Errorf("before a verdict: got %v, want no shape", got)
	}
	if got := (Report{isOpen: true}).Function(nil).Shape; got != ShapeNone {
		t.Errorf("while the verdict is undecided: got %v, want no shape", got)
	}
}

// A flat floor does not clear a function whose heap rose by less than a profile shows.
func TestASmallRiseIsNotFlat(t *testing.T) {
	for name, tt := range map[string]struct{ series, want string }{
		"rises":    {"0:0.5/0.5 20:0.5/0.5 40:1.0/1.0 60:1.6/1.6 80:2.1/2.1 100:2.1/2.1", "rose by 1.5 MiB, too little to tell"},
		"is level": {"0:2.5/2.5 20:0.5/2.7 40:1.0/3.0 60:0.5/3.6 80:0.9/4.1 100:0.5/5.1", "floor flat through 5 collections"},
	} {
		g := observedHeap(t, tt.series)
		s := newSeries(&g, began)
		if e := s.newEvaluation(growth{shape: ShapeSteady}); !strings.HasPrefix(e.Text, tt.want) {
			t.Errorf("%s: got %q, want %q", name, e.Text, tt.want)
		}
	}
}

// Goroutines of a library that stop at a number may have reached a limit, such as that of inotify instances.
func TestHeldAtALimit(t *testing.T) {
	lib := depFunc("github.com/fsnotify/fsnotify.(*shared).sendEvent", "github.com/fsnotify/fsnotify@v1.9.0/shared.go")
	for own, want := range map[bool]string{false: "held at 128: the size of a pool, or a limit that was reached", true: "then held"} {
		st := stackOf(lib, chansend, lib)
		if own {
			st = stackOf(put, chansend, put)
		}
		g := goroutines(st, 3, 100)
		for i := range g.Points {
			g.Points[i].Value = min(g.Points[i].Value, 128)
		}
		if e := newSeries(&g, began).newEvaluation(growth{shape: ShapeWarmUp}); !strings.HasSuffix(e.Text, want) {
			t.Errorf("of the service's own %v: got %q, want %q", own, e.Text, want)
		}
	}
}

// A heap that only rises has freed nothing, so only its allocations can follow the load.
func TestLoadOfAHeapThatNeverFell(t *testing.T) {
	g := observedHeap(t, "0:0.5/9 20:3.5/26 40:9.0/50 60:12/72 80:17/101 90:18/114")
	if e := newSeries(&g, began).newEvaluation(growth{shape: ShapeLoad, kept: 0.16}); strings.Contains(e.Text, "goes away") || !strings.Contains(e.Text, "it frees 84% of what it allocates") {
		t.Errorf("got %q", e.Text)
	}
}
