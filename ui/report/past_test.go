package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/session"
)

func TestDescribePast(t *testing.T) {
	to := time.Date(2026, 11, 29, 7, 10, 0, 0, time.Local)
	from, since := to.Add(-7*24*time.Hour), to.Add(-76*time.Hour)
	grows := longterm.Outlook{Course: longterm.Grows, Metric: longterm.WorkingSet, From: from, To: to, Since: since, PerHour: 264 << 20, IsPod: true}
	with := func(o longterm.Outlook, change func(o *longterm.Outlook)) longterm.Outlook {
		change(&o)
		return o
	}
	for _, tt := range []struct {
		o    longterm.Outlook
		want string
	}{
		{longterm.Outlook{}, ""},
		{
			with(grows, func(o *longterm.Outlook) {
				o.Cause = longterm.Mark{Kind: longterm.MarkRollout}
				o.Restarts, o.Every, o.AtLimit = 12, 6*time.Hour, true
			}),
			"memory has grown for 3d4h, since the rollout of 26 Nov 03:10 (+264 MiB/h); the pods restarted at their limit every 6h",
		},
		{
			with(grows, func(o *longterm.Outlook) {
				o.Cause, o.NowAnonymous = longterm.Mark{Kind: longterm.MarkRollout, Version: "v1.9"}, 1
				o.Restarts, o.Highest = 3, 1<<30
			}),
			"anonymous memory has grown for 3d4h, since the rollout to version v1.9 of 26 Nov 03:10 (+264 MiB/h); the pods restarted at about 1.00 GiB 3 times",
		},
		{
			with(grows, func(o *longterm.Outlook) {
				o.SinceLow, o.SinceHigh = since.Add(-time.Hour), since.Add(2*time.Hour)
			}),
			"memory has grown for 3d4h, since 26 Nov 03:10 (95% CI 26 Nov 02:10 to 26 Nov 05:10) (+264 MiB/h, +6.19 GiB/day)",
		},
		{
			with(grows, func(o *longterm.Outlook) { o.Since, o.IsLonger = from, true }),
			"memory has grown for at least 7d (+264 MiB/h, +6.19 GiB/day)",
		},
		{
			with(grows, func(o *longterm.Outlook) { o.Course, o.Since, o.IsLonger = longterm.PageCache, from, true }),
			"page cache has grown for at least 7d, which the kernel reclaims: anonymous memory has not grown",
		},
		{
			longterm.Outlook{Course: longterm.Steady, From: from, To: to, Restarts: 1},
			"memory has not grown over 7d; it restarted once",
		},
		{
			longterm.Outlook{From: to.Add(-40 * time.Minute), To: to},
			"the store has only 40m of memory figures, too little to judge",
		},
	} {
		if got := DescribePast(&session.Past{Outlook: tt.o}); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
	if DescribePast(nil) != "" {
		t.Error("without a store")
	}
}

// Each format has the same sentence.
func TestFormatsHaveThePast(t *testing.T) {
	to := time.Date(2026, 11, 29, 7, 10, 0, 0, time.Local)
	p := &session.Past{
		Data: longterm.Data{Store: "Prometheus prom:9090", Queries: []longterm.Query{{Metric: longterm.WorkingSet, Text: "a{b=\"c\"}", Series: 1, Points: 2}}},
		Outlook: longterm.Outlook{
			Course: longterm.Grows, Metric: longterm.WorkingSet, From: to.Add(-7 * 24 * time.Hour), To: to, Since: to.Add(-76 * time.Hour), PerHour: 1 << 20,
		},
	}
	r := Result{Target: "x", From: to, To: to, Past: p, Report: leak.Report{Verdict: leak.Undecided}}
	sentence := DescribePast(p)
	for _, format := range Formats() {
		var out bytes.Buffer
		if err := Write(&out, format, r, Options{Width: 200}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.ReplaceAll(out.String(), `\`, ""), sentence) {
			t.Errorf("%s lacks the sentence:\n%s", format, out.String())
		}
		if format != "json" {
			continue
		}
		var d struct {
			History struct {
				Course  string
				Since   time.Time
				Queries []struct{ Metric, Query string }
			}
		}
		if err := json.Unmarshal(out.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		if h := d.History; h.Course != "grows" || !h.Since.Equal(p.Outlook.Since) || len(h.Queries) != 1 || h.Queries[0].Query != `a{b="c"}` {
			t.Errorf("%+v", h)
		}
	}
}

// The sentence about several processes describes the one whose memory grew fastest.
func TestFleetHistory(t *testing.T) {
	to := time.Date(2026, 11, 29, 7, 10, 0, 0, time.Local)
	steady := longterm.Outlook{Course: longterm.Steady, From: to.Add(-7 * 24 * time.Hour), To: to}
	grows := func(mib float64) longterm.Outlook {
		return longterm.Outlook{
			Course: longterm.Grows, From: steady.From, To: to, Since: to.Add(-76 * time.Hour), PerHour: mib * (1 << 20), IsPod: true,
			Cause: longterm.Mark{Kind: longterm.MarkRollout}, Restarts: 12, Every: 6 * time.Hour, AtLimit: true,
		}
	}
	failed := &session.Past{Data: longterm.Data{Diagnostics: []profile.Diagnostic{{Code: profile.CodeMetrics, What: "prom:9090 refuses", Next: "give a token"}}}}
	past := func(o longterm.Outlook) *session.Past { return &session.Past{Outlook: o} }
	for _, tt := range []struct {
		name string
		of   []*session.Past
		want string // without the head; empty for no sentence
	}{
		{"no store", []*session.Past{nil, nil}, ""},
		{"two grow", []*session.Past{past(grows(100)), past(steady), past(grows(264)), nil}, "in 2 of 3, fastest in c: memory has grown for 3d4h, since the rollout of 26 Nov 03:10 (+264 MiB/h); the pods restarted at their limit every 6h"},
		{"one grows", []*session.Past{past(steady), past(grows(264))}, "in b: memory has grown for 3d4h, since the rollout of 26 Nov 03:10 (+264 MiB/h); the pods restarted at their limit every 6h"},
		{"none grows", []*session.Past{past(steady), past(steady)}, "in 2 of 2: memory has not grown over 7d"},
		{"the store refuses", []*session.Past{failed, failed}, "prom:9090 refuses; give a token"},
		{"of some only", []*session.Past{failed, past(steady)}, "in b: memory has not grown over 7d"},
	} {
		var st fleet.State
		for i, p := range tt.of {
			id := string(rune('a' + i))
			st.Members = append(st.Members, fleet.Member{ID: id, Name: id, State: session.State{Past: p}})
		}
		got := ""
		for _, s := range FleetSentences(st) {
			if s.Word == PastHead || s.Head == WarningHead {
				got += s.Text
			}
		}
		if got != tt.want {
			t.Errorf("%s: got  %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// Shorter forms of the sentence leave out the least important parts, never the rate.
func TestPastHasShorterForms(t *testing.T) {
	to := time.Date(2026, 11, 29, 7, 10, 0, 0, time.Local)
	o := longterm.Outlook{
		Course: longterm.Grows, Metric: longterm.WorkingSet, From: to.Add(-7 * 24 * time.Hour), To: to, Since: to.Add(-76 * time.Hour),
		SinceLow: to.Add(-80 * time.Hour), SinceHigh: to.Add(-70 * time.Hour), PerHour: 264 << 20, Restarts: 3,
	}
	forms := PastForms(&session.Past{Outlook: o})
	if len(forms) != 5 || forms[0] != DescribePast(&session.Past{Outlook: o}) {
		t.Fatalf("got %q", forms)
	}
	for i, f := range forms {
		if !strings.Contains(f, "+264 MiB/h") || i > 0 && len(f) >= len(forms[i-1]) {
			t.Errorf("form %d is %q", i, f)
		}
	}
}
