package report

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSchema holds which fields the JSON format has: whoever reads it relies on
// them.
func TestSchema(t *testing.T) {
	var out bytes.Buffer
	if err := writeJSON(&out, results()["leak"], Options{}); err != nil {
		t.Fatal(err)
	}
	var d map[string]any
	if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	fields := func(v any) []string { return slices.Sorted(maps.Keys(v.(map[string]any))) }
	for name, c := range map[string]struct {
		got  any
		want []string
	}{
		"document": {d, []string{"blindSpots", "from", "memory", "polls", "schema", "suspects", "target", "to", "verdict", "warnings"}},
		"suspect": {d["suspects"].([]any)[0], []string{
			"cause", "confidence", "creator", "file", "fix", "function", "growthPerHour", "high", "kind", "line", "low", "share",
			"signature", "sinceSeconds", "stack", "unit",
		}},
		"memory": {d["memory"], []string{"anon", "charged", "file", "heapLive", "hoursToLimit", "limit", "rss"}},
	} {
		if diff := cmp.Diff(c.want, fields(c.got)); diff != "" {
			t.Errorf("fields of the %s (- want, + got):\n%s", name, diff)
		}
	}
}
