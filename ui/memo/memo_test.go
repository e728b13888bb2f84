package memo

import "testing"

func TestView(t *testing.T) {
	drawn := 0
	draw := func(s string) func() string {
		return func() string { drawn++; return s }
	}
	var a View
	want := func(got, want string, draws int) {
		t.Helper()
		if got != want || drawn != draws {
			t.Errorf("got %q after %d draws, want %q after %d", got, drawn, want, draws)
		}
	}
	want(a.Get(draw("never changed")), "never changed", 1)
	want(a.Get(draw("nor kept")), "nor kept", 2)
	a.Invalidate()
	want(a.Get(draw("one")), "one", 3)
	want(a.Get(draw("not drawn")), "one", 3)
	b := a
	want(b.Get(draw("not drawn")), "one", 3)
	a.Invalidate()
	b.Invalidate()
	want(a.Get(draw("of a")), "of a", 4)
	want(b.Get(draw("of b")), "of b", 5)
	want(a.Get(draw("of a again")), "of a again", 6)
}
