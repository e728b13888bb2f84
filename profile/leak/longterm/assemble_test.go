package longterm

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
)

// templateOf returns the part of an ID before its last hyphen.
func templateOf(id string) string { return id[:max(0, strings.LastIndexByte(id, '-'))] }

func kindsOf(marks []Mark) (out []MarkKind) {
	for _, m := range marks {
		out = append(out, m.Kind)
	}
	return out
}

func constantLine(from, to time.Time, v float64) (out []profile.Value) {
	for at := from; !at.After(to); at = at.Add(step) {
		out = append(out, profile.Value{Time: at, V: v})
	}
	return out
}

// A line continues back through the previous pods, with a mark at each change.
func TestAssembleFollowsPods(t *testing.T) {
	at := func(h int) time.Time { return rollout.Add(time.Duration(h) * time.Hour) }
	all := []Series{
		{Metric: WorkingSet, ID: "a-1", Points: constantLine(at(0), at(10), 100)},
		{Metric: WorkingSet, ID: "a-2", Points: constantLine(at(0), at(30), 500)}, // a sibling, not a predecessor
		{Metric: WorkingSet, ID: "b-1", Points: constantLine(at(10), at(20), 200)},
		{Metric: WorkingSet, ID: "b-2", Points: constantLine(at(20), at(30), 300)},
		{Metric: Goroutines, ID: "b-2", Points: constantLine(at(20), at(30), 7)},
		{Metric: Restarts, ID: "b-2", Points: joinLines(constantLine(at(20), at(24), 0), constantLine(at(24).Add(step), at(27), 1), constantLine(at(27).Add(step), at(30), 2))},
		{Metric: OOMKills, ID: "b-2", Points: constantLine(at(27).Add(step), at(30), 1)},
		{Metric: Limit, ID: "b-2", Points: constantLine(at(20), at(30), 1000)},
	}
	d := Data{Step: step}
	Assemble(&d, all, "b-2", templateOf)
	if diff := cmp.Diff([]MarkKind{MarkRollout, MarkPod, MarkRestart, MarkOOM}, kindsOf(d.Marks)); diff != "" {
		t.Error(diff)
	}
	if d.Kills != 1 || d.Limit != 1000 {
		t.Errorf("%d kills, limit %v", d.Kills, d.Limit)
	}
	values := map[float64]bool{}
	for i, v := range d.Lines[WorkingSet] {
		values[v.V] = true
		if i > 0 && !v.Time.After(d.Lines[WorkingSet][i-1].Time) {
			t.Fatalf("two values at %v", v.Time)
		}
	}
	if diff := cmp.Diff(map[float64]bool{100: true, 200: true, 300: true}, values); diff != "" {
		t.Errorf("the line has values of %v", values)
	}
	if n := len(d.Lines[Goroutines]); n != 41 {
		t.Errorf("%d values of goroutines", n)
	}
}

// The start times of processes are exact, and a restart with a new version is a
// rollout.
func TestAssembleKnowsStartsAndVersions(t *testing.T) {
	began := rollout.Add(7*time.Minute + 3*time.Second)
	next := rollout.Add(step)
	all := []Series{
		{Metric: Resident, ID: "i", Points: constantLine(rollout.Add(-20*step), now, 100)},
		{Metric: Starts, ID: "i", Points: joinLines(constantLine(rollout.Add(-20*step), rollout, 1e9), constantLine(next, now, float64(began.Unix())))},
		{Metric: Version, Version: "v1", Points: constantLine(rollout.Add(-20*step), rollout, 1)},
		{Metric: Version, Version: "v2", Points: constantLine(next, now, 1)},
	}
	d := Data{Step: step}
	Assemble(&d, all, "i", templateOf)
	want := []Mark{{Time: began, Kind: MarkRollout, Version: "v2"}}
	if diff := cmp.Diff(want, d.Marks); diff != "" {
		t.Error(diff)
	}
}

// Missing series do not cause a panic.
func TestAssembleNothing(t *testing.T) {
	d := Data{Step: step}
	Assemble(&d, []Series{{Metric: Goroutines, ID: "x"}, {Metric: WorkingSet}}, "x", templateOf)
	if len(d.Lines) != 0 || len(d.Marks) != 0 {
		t.Errorf("%+v", d)
	}
}
