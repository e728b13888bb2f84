package profile

import "testing"

// TestInstancesAreOneFunction checks that the instances of a generic function are one
// function with the name from tracebacks, before and after unused functions are dropped.
func TestInstancesAreOneFunction(t *testing.T) {
	const file = "/src/cache.go"
	s := newSymbols()
	for range 2 {
		f := s.internFunc("main.(*Cache[go.shape.string,go.shape.*uint8]).Put", file, 4)
		if want := "main.(*Cache[...]).Put"; f.Name != want {
			t.Errorf("got name %q, want %q", f.Name, want)
		}
		if want := "main.(*Cache[go.shape.string,go.shape.*uint8]).Put"; f.Symbol() != want {
			t.Errorf("got symbol %q, want %q", f.Symbol(), want)
		}
		for _, name := range []string{"main.(*Cache[go.shape.int,go.shape.int]).Put", "main.(*Cache[...]).Put"} {
			if s.functionBytes([]byte(name), []byte(file), 4) != f {
				t.Errorf("%s is another function", name)
			}
		}
		if f.Class != ClassUser {
			t.Errorf("got class %v, want own code", f.Class)
		}
		if len(s.byName) != 1 {
			t.Errorf("got %d functions, want 1", len(s.byName))
		}
		s.dropUnused(nil)
		if len(s.byName) != 0 || len(s.instances) != 0 || s.size != s.frames.size() {
			t.Errorf("%d functions, %d instances and %d bytes are left", len(s.byName), len(s.instances), s.size)
		}
	}
}
