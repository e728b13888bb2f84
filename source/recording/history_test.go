package recording

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
)

// sampleHistory returns a week of a metrics store's data at its finest step, which is
// more than other entries may have.
func sampleHistory() longterm.Data {
	d := longterm.Data{
		Store: "Prometheus prom:9090", Subject: `{pod="checkout-1"}`, From: at(-7 * 86400), To: at(0), Step: 15 * time.Minute,
		Lines: map[longterm.Metric][]profile.Value{}, Recent: map[longterm.Metric][]profile.Value{longterm.Goroutines: {{Time: at(-15), V: 12}}},
		Marks: []longterm.Mark{{Time: at(-3600), Kind: longterm.MarkRollout, Version: "v1.9"}}, Limit: 1 << 30, Kills: 2,
		Queries:     []longterm.Query{{Metric: longterm.WorkingSet, Text: "a{b=\"c\"}", Series: 1, Points: 720}},
		Diagnostics: []profile.Diagnostic{{Code: profile.CodeMetrics, Severity: profile.SeverityInfo, What: "clocks differ"}},
	}
	for _, m := range []longterm.Metric{longterm.WorkingSet, longterm.Anonymous, longterm.Cache, longterm.Resident, longterm.Goroutines, longterm.Limit} {
		for i := range 720 {
			d.Lines[m] = append(d.Lines[m], profile.Value{Time: at(900 * (i - 720)), V: float64(500_000_000 + i)})
		}
	}
	return d
}

// Days before from an untrusted recording are bounded and in order.
func TestHostileHistory(t *testing.T) {
	for line, want := range map[string]string{
		`{"stepSeconds":900,"from":"2026-11-20T00:00:00Z","to":"2026-11-27T00:00:00Z","lines":{"resident":[[5,1],[4,9],[1e300,1],[6,2]]}}`: "[1 2]",
		`{"stepSeconds":0,"lines":{"resident":[[5,1]]}}`:                                      "error",
		`{"stepSeconds":1e300}`:                                                               "error",
		`{"stepSeconds":60,"from":"2026-11-20T00:00:00Z","to":"2026-11-19T00:00:00Z"}`:        "error",
		`{"stepSeconds":60,"lines":{"resident":[` + strings.Repeat("[1,1],", 10) + `[1,1]]}}`: "[1]",
		`{"stepSeconds":60,"lines":{"resident":["x"]}}`:                                       "error",
	} {
		got := "error"
		if m, err := decodeHistory([]byte(line)); err == nil {
			var values []float64
			for _, v := range m.(longterm.Data).Lines[longterm.Resident] {
				values = append(values, v.V)
			}
			got = fmt.Sprint(values)
		}
		if got != want {
			t.Errorf("%.80s: got %s, want %s", line, got, want)
		}
	}
}

// Texts in a recording's days before are safe to show, and few.
func TestHostileHistoryTexts(t *testing.T) {
	const evil = `\u001b[31m` // as in JSON
	mark, query, diagnostic := `{"version":"v`+evil+`"}`, `{"text":"q`+evil+`","error":"`+evil+`"}`, `{"what":"w`+evil+`","next":"`+evil+`"}`
	m, err := decodeHistory([]byte(`{"stepSeconds":60,"store":"` + evil + `","subject":"` + evil + `","marks":[` + strings.Repeat(mark+",", 9999) + mark +
		`],"queries":[` + strings.Repeat(query+",", 99) + query + `],"diagnostics":[` + strings.Repeat(diagnostic+",", 99) + diagnostic + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	d := m.(longterm.Data)
	if text := fmt.Sprint(d); strings.Contains(text, "\x1b") || !strings.Contains(text, "v") {
		t.Errorf("got %.300q", text)
	}
	if len(d.Marks) != maxMarks || len(d.Queries) != maxQueries || len(d.Diagnostics) != maxQueries {
		t.Errorf("got %d marks, %d queries, %d diagnostics", len(d.Marks), len(d.Queries), len(d.Diagnostics))
	}
}
