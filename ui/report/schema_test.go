package report

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSchema checks the fields of the JSON format, which programs rely on.
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
		"document": {d, []string{
			"blindSpots", "caveat", "from", "goVersion", "ignored", "leaktop", "memory", "polls", "processes", "schema", "suspects", "target", "to", "verdict", "warnings", "withdrawn",
		}},
		"suspect": {d["suspects"].([]any)[0], []string{
			"ageSeconds", "cause", "confidence", "creator", "file", "fix", "function", "growthPerHour", "high", "kind", "line", "low", "share",
			"signature", "sinceSeconds", "stack", "unit",
		}},
		"withdrawn": {d["withdrawn"].([]any)[0], []string{"function", "kind", "reason", "time"}},
		"process":   {d["processes"].([]any)[0], []string{"exit", "from", "functions", "growthPerHour", "judged", "name", "peakBytes", "to", "verdict", "version", "watchedSeconds"}},
		"ignored":   {d["ignored"].([]any)[0], fields(d["suspects"].([]any)[0])},
		"memory":    {d["memory"], []string{"anon", "charged", "file", "heapLive", "hoursToLimit", "limit", "rss"}},
	} {
		if diff := cmp.Diff(c.want, fields(c.got)); diff != "" {
			t.Errorf("fields of the %s (- want, + got):\n%s", name, diff)
		}
	}
}
