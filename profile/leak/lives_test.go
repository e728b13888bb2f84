package leak

import (
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// newProcess returns a process that was watched for a time and grew by perSecond MiB per second.
func newProcess(watched time.Duration, perSecond float64, reason string) Process {
	const mib = 1 << 20
	began := time.Date(2026, 5, 4, 14, 0, 0, 0, time.UTC)
	p := Process{From: began, To: began.Add(watched), Exit: profile.Exit{Reason: reason, Code: 137}}
	readings := growingReadings(int(watched/(5*time.Second))+1, 5*time.Second, func(s float64) memory.Reading {
		return memory.Reading{WorkingSet: uint64((10 + s*perSecond) * mib)}
	})
	p.SetGrowth(readings, nil)
	return p
}

// The processes of a crash loop are considered together, although none lives long enough for a verdict.
func TestLivesAddUp(t *testing.T) {
	const minute = time.Minute
	fixed := newProcess(minute, 1, "OOMKilled")
	fixed.Version = "2"
	for name, tc := range map[string]struct {
		lives    []Process
		watched  time.Duration
		says     string // empty for none
		severity profile.Severity
	}{
		"none":             {},
		"one":              {[]Process{newProcess(minute, 1, "OOMKilled")}, 0, "", 0},
		"killed":           {[]Process{newProcess(minute, 1, "OOMKilled"), newProcess(minute, 2, "OOMKilled")}, 0, "2 processes in a row lived for about 1m, and each grew by 3.5 GiB/h to 7.0 GiB/h until it was killed for memory, at up to 130 MiB", profile.SeverityBlocking},
		"crashed":          {[]Process{newProcess(minute, 1, "Error"), newProcess(minute, 1, "Error")}, 0, "2 processes in a row lived for about 1m, and each grew by 3.5 GiB/h until it ended (Error), at up to 70 MiB", profile.SeverityWarning},
		"differently":      {[]Process{newProcess(minute, 1, "OOMKilled"), newProcess(minute, 1, "Error")}, 0, "2 processes in a row lived for about 1m, and each grew by 3.5 GiB/h until it ended, at up to 70 MiB", profile.SeverityWarning},
		"one did not grow": {[]Process{newProcess(minute, 1, "OOMKilled"), newProcess(minute, 0, "OOMKilled")}, 0, "", 0},
		"only the latest":  {[]Process{newProcess(minute, 0, "Error"), newProcess(minute, 1, "Error"), newProcess(minute, 1, "Error")}, 0, "2 processes in a row lived for about 1m, and each grew by 3.5 GiB/h until it ended (Error), at up to 70 MiB", profile.SeverityWarning},
		"too short":        {[]Process{newProcess(10*time.Second, 1, "OOMKilled"), newProcess(10*time.Second, 1, "OOMKilled")}, 0, "", 0},
		"a new version":    {[]Process{newProcess(minute, 1, "OOMKilled"), newProcess(minute, 1, "OOMKilled"), fixed}, 0, "", 0},
		"survived":         {[]Process{newProcess(minute, 1, "OOMKilled"), newProcess(minute, 1, "OOMKilled")}, 3 * minute, "", 0},
	} {
		d, ok := diagnoseLives(tc.lives, tc.watched)
		if ok != (tc.says != "") || d.What != tc.says || d.Severity != tc.severity {
			t.Errorf("%s: got %v %q, want %v %q", name, d.Severity, d.What, tc.severity, tc.says)
		}
	}
}

// If only the heap is known, the sentence has the growth of the heap.
func TestGrowthOfTheHeap(t *testing.T) {
	var live []profile.Value
	for i := range 10 {
		live = append(live, profile.Value{Time: time.Unix(int64(5*i), 0), V: float64(i) * 1000})
	}
	var p Process
	p.SetGrowth(nil, live)
	if p.Peak != 9000 || !p.Growth.IsCertain() || p.Growth.PerHour < 719_000 || p.Growth.PerHour > 721_000 {
		t.Errorf("got peak %d, growth %+v", p.Peak, p.Growth)
	}
}

// The sentence names the function that grew in every life, and its growth.
func TestFunctionsOfLivesAddUp(t *testing.T) {
	const mib = 1 << 20
	grew := func(p Process, by map[string]int64) Process {
		var groups []profile.Group
		for name, n := range by {
			groups = append(groups, profile.Group{Kind: profile.Heap, Blame: &profile.Function{Name: name}, Points: []profile.GroupPoint{
				{Time: profile.InstantOf(p.From), Value: mib}, {Time: profile.InstantOf(p.To), Value: mib + n*mib},
			}})
		}
		groups = append(groups, profile.Group{Kind: profile.Goroutine, Blame: &profile.Function{Name: "main.work"}, Points: []profile.GroupPoint{
			{Time: profile.InstantOf(p.From), Value: 1}, {Time: profile.InstantOf(p.To), Value: 1 << 40},
		}})
		p.SetGrown(groups)
		return p
	}
	life := func(by map[string]int64) Process { return grew(newProcess(time.Minute, 1, "OOMKilled"), by) }
	for name, tc := range map[string]struct {
		lives []Process
		says  string // empty for nothing
	}{
		"the same":     {[]Process{life(map[string]int64{"main.(*Cache).Put": 180, "main.load": 40}), life(map[string]int64{"main.(*Cache).Put": 180, "main.load": 60})}, "; main.(*Cache).Put grew by 180 MiB in each of 2 lives"},
		"a range":      {[]Process{life(map[string]int64{"main.(*Cache).Put": 170}), life(map[string]int64{"main.(*Cache).Put": 190}), life(map[string]int64{"main.(*Cache).Put": 180})}, "; main.(*Cache).Put grew by 170 MiB to 190 MiB in each of 3 lives"},
		"only in one":  {[]Process{life(map[string]int64{"main.(*Cache).Put": 180}), life(map[string]int64{"main.load": 180})}, ""},
		"the reliable": {[]Process{life(map[string]int64{"main.(*Cache).Put": 50, "main.load": 500}), life(map[string]int64{"main.(*Cache).Put": 60, "main.load": 20})}, "; main.(*Cache).Put grew by 50 MiB to 60 MiB in each of 2 lives"},
		"unknown":      {[]Process{life(nil), life(nil)}, ""},
	} {
		d, ok := diagnoseLives(tc.lives, 0)
		if !ok || !strings.HasSuffix(d.What, " at up to 70 MiB"+tc.says) {
			t.Errorf("%s: %v %q, want the end %q", name, ok, d.What, tc.says)
		}
	}
}
