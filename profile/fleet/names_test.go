package fleet

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestDistinctNames(t *testing.T) {
	for _, tt := range []struct{ names, want []string }{
		{[]string{"http://localhost:6060", "http://localhost:6061"}, []string{":6060", ":6061"}},
		{[]string{"shop/checkout-7d9f6-x2 app:6060", "shop/checkout-7d9f6-k4 app:6060"}, []string{"x2", "k4"}},
		{[]string{"shop/checkout-7d9f6-x2", "shop/checkout-5b8c4-x2"}, []string{"7d9f6", "5b8c4"}},
		{[]string{"shop/checkout-7d9f6-x2", "shop/checkout-5b8c4-k4"}, []string{"7d9f6-x2", "5b8c4-k4"}},
		{[]string{"10.0.0.1:6060", "10.0.0.2:6060"}, []string{"1", "2"}},
		{[]string{"https://a.example:6060/x", "https://b.example:6060/x"}, []string{"a", "b"}},
		{[]string{"one"}, []string{"one"}},
		{[]string{"same", "same"}, []string{"same", "same"}},
		{[]string{"web", "web-1"}, []string{"web", "web-1"}},
		{[]string{"web-0", "web-1", "web-10"}, []string{"0", "1", "10"}},
		{nil, nil},
	} {
		if got := DistinctNames(tt.names); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.names, got, tt.want)
		}
	}
}

// Different names stay different, and none becomes empty.
func TestDistinctNamesStayDistinct(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfDistinct(rapid.StringMatching(`[ab:/-]{1,6}`), rapid.ID[string]).Draw(t, "names")
		got := DistinctNames(names)
		if len(got) != len(names) {
			t.Fatalf("%d names of %d", len(got), len(names))
		}
		seen := map[string]bool{}
		for i, n := range got {
			if n == "" || seen[n] {
				t.Fatalf("%q of %q in %q", n, names[i], got)
			}
			seen[n] = true
		}
	})
}

func TestShortHosts(t *testing.T) {
	for _, tt := range []struct{ names, want []string }{
		{[]string{"ip-10-0-0-17.eu.compute.internal", "ip-10-0-1-17.eu.compute.internal", ""}, []string{"ip-10-0-0-17", "ip-10-0-1-17", ""}},
		{[]string{"node-a.example", "node-a.example"}, []string{"node-a", "node-a"}},
		{[]string{"node-1.east.example", "node-1.west.example"}, []string{"node-1.east.example", "node-1.west.example"}},
		{[]string{"10.0.0.1", "10.0.0.2"}, []string{"10.0.0.1", "10.0.0.2"}},
		{nil, []string{}},
	} {
		if got := ShortHosts(tt.names); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.names, got, tt.want)
		}
	}
}
