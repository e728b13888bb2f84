package leak

import "testing"

// A word that no help explains would leave the reader guessing.
func TestShapesAreExplained(t *testing.T) {
	seen := map[string]Shape{}
	for _, s := range Shapes() {
		if s.String() == "" || s.Means() == "" {
			t.Errorf("shape %d has the word %q, which means %q", s, s, s.Means())
		}
		if other, ok := seen[s.String()]; ok {
			t.Errorf("%d and %d are both called %q", s, other, s)
		}
		seen[s.String()] = s
	}
	if len(seen) != int(ShapeLeak) {
		t.Errorf("%d shapes are explained, want %d", len(seen), ShapeLeak)
	}
	if got := Shape(200).String() + Shape(200).Means(); got != "" {
		t.Errorf("an unknown shape is called %q", got)
	}
}

func TestEvaluationWhileOpen(t *testing.T) {
	if got := (Report{}).Function(nil).Shape; got != ShapeSteady {
		t.Errorf("a function that nothing is said of is %v, want steady", got)
	}
	if got := (Report{isOpen: true}).Function(nil).Shape; got != ShapeNone {
		t.Errorf("while the verdict is open, a function is %v, want no word", got)
	}
}
