package quantity

import "testing"

func TestList(t *testing.T) {
	for want, items := range map[string][]string{
		"":                nil,
		"a":               {"a"},
		"a, b":            {"a", "b"},
		"a, b and 1 more": {"a", "b", "c"},
	} {
		if got := List(items, 2); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
