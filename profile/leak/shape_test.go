package leak

import "testing"

// Every shape's name is explained in the help, because a user could only guess what it means.
func TestShapesAreExplained(t *testing.T) {
	seen := map[string]Shape{}
	for _, s := range Shapes() {
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
