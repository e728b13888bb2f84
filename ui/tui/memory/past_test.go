package memory

import (
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

// threeDays returns the data of a store about a pod that has been killed at its limit every
// six hours since a rollout.
func threeDays(now time.Time) *session.Past {
	step := 15 * time.Minute
	rollout := now.Add(-62 * time.Hour)
	d := longterm.Data{
		Store: "Prometheus prom:9090", Subject: `{pod="checkout"}`, From: now.Add(-72 * time.Hour), To: now, Step: step,
		Limit: 2048 * mib, Lines: map[longterm.Metric][]profile.Value{}, Kills: 10, Marks: []longterm.Mark{{Time: rollout, Kind: longterm.MarkRollout}},
		Queries: []longterm.Query{
			{Metric: longterm.WorkingSet, Text: `container_memory_working_set_bytes{pod="checkout"}`, Series: 2, Points: 289},
			{Metric: longterm.Cache, Text: `container_memory_cache{pod="checkout"}`},
		},
	}
	for at := d.From; !at.After(now); at = at.Add(step) {
		v := 400.0
		if since := at.Sub(rollout); since > 0 {
			v += 1600 * float64(since%(6*time.Hour)) / float64(6*time.Hour)
		}
		d.Lines[longterm.WorkingSet] = append(d.Lines[longterm.WorkingSet], profile.Value{Time: at, V: (v + 50) * mib})
		d.Lines[longterm.Anonymous] = append(d.Lines[longterm.Anonymous], profile.Value{Time: at, V: v * mib})
		d.Lines[longterm.Goroutines] = append(d.Lines[longterm.Goroutines], profile.Value{Time: at, V: 100})
	}
	for at := rollout.Add(6 * time.Hour); at.Before(now); at = at.Add(6 * time.Hour) {
		d.Marks = append(d.Marks, longterm.Mark{Time: at, Kind: longterm.MarkOOM})
	}
	return &session.Past{Data: d, Outlook: longterm.Judge(&d)}
}

// The pane shows a chart of the days before with the restarts, above the parts of memory,
// and the queries at the end. So does an export.
func TestMemoryShowsTheDaysBefore(t *testing.T) {
	for _, size := range [][2]int{{80, 12}, {120, 22}, {200, 38}} {
		vc := newContext(t)
		vc.State.Past = threeDays(vc.State.Memory[0].Time)
		vc.Now = vc.State.Memory[0].Time
		p := New(vc).(*Pane)
		s := tuitest.Open(t, vc, p, size[0], size[1])
		s.Wants("last 3d", "restarts 10 (OOM kills 10)", "working set", "rollout", "OOM", "now")
		text := strings.Join(p.text, "\n")
		if strings.Contains(p.text[0], "…") {
			t.Errorf("%v: a number is cut: %s", size, p.text[0])
		}
		for _, want := range []string{"live heap", `working_set: container_memory_working_set_bytes{pod="checkout"}`, "2 series, 289 values", "no series"} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
				t.Errorf("%v: the pane lacks %q:\n%s", size, want, text)
			}
		}
		if strings.Contains(text, "goroutines  100") != (size[1] >= tallRoom) {
			t.Errorf("%v: goroutines:\n%s", size, text)
		}
	}
	vc := newContext(t)
	vc.State.Past = threeDays(vc.State.Memory[0].Time)
	var d export.Document
	New(vc).(tui.Exporter).Document()(&d)
	if len(d.Charts) != 2 || d.Charts[0].OtherName != "anonymous" || len(d.Charts[0].Data.Marks) != 11 {
		t.Errorf("%d charts: %+v", len(d.Charts), d.Charts)
	}
	if last := d.Text[len(d.Text)-1]; last.Head != "query" || !strings.Contains(last.Text, "container_memory_cache") {
		t.Errorf("%+v", d.Text)
	}
}

// Where the store has nothing, the pane says why.
func TestMemorySaysWhyThereAreNoDays(t *testing.T) {
	vc := newContext(t)
	vc.State.Past = &session.Past{Data: longterm.Data{Store: "Prometheus prom:9090", Diagnostics: []profile.Diagnostic{{
		Code: profile.CodeMetrics, What: `Prometheus prom:9090: it has no series of pod "x"`, Next: "name it",
	}}}}
	tuitest.Open(t, vc, New(vc), 100, 20).Wants(`it has no series of pod "x"; name it`, "live heap")
	var d export.Document
	New(vc).(tui.Exporter).Document()(&d)
	if len(d.Charts) != 0 {
		t.Errorf("%d charts of nothing", len(d.Charts))
	}
}
