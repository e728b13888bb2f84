package report

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/leak/blindspot"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// cache returns a suspect like those of the judge.
func cache() leak.Suspect {
	return leak.Suspect{
		Kind: leak.Heap, Function: "example.com/shop/store.(*Cache[...]).Put", File: "/src/shop/store/cache.go", Line: 41,
		Stack:         []string{"example.com/shop/store.(*Cache[...]).Put", "example.com/shop.handle", "net/http.HandlerFunc.ServeHTTP"},
		GrowthPerHour: 150 << 20, Unit: "bytes", Low: 139 << 20, High: 163 << 20, Share: 0.934, SinceSeconds: 118,
		Signature: "unbounded-map", Cause: "Entries are added and never taken out.", Fix: "Bound it: an LRU, or a time to live.",
		Confidence: leak.High, Sentence: "store.(*Cache[...]).Put keeps all it allocates: +150 MiB/h (139–163), 93% of the growth; limit in ~9h",
		Evidence: []string{"what was never given back rose by 4.9 MiB in 1m58s"}, Disproof: []string{"growth that stops"},
	}
}

// sleepers returns a suspect with a name that tries to break out of each
// format.
func sleepers() leak.Suspect {
	return leak.Suspect{
		Kind: leak.Goroutine, Function: "main.a`|<b>*_\x1b[31m\nred", File: "/src/a|b.go", Line: 7, Stack: []string{"runtime.gopark", "main.a`|<b>*_\x1b[31m\nred"},
		GrowthPerHour: 1020, Unit: "goroutines", Low: 1020, High: 1020, Share: 1, SinceSeconds: 95,
		Cause: "These goroutines start and do not end.", Fix: "Give each a way to end.", Confidence: leak.Low,
		Sentence: "main.a`|<b>*_\x1b[31m\nred has more and more goroutines: +1,020 goroutines/h",
	}
}

func results() map[string]Result {
	base := Result{Target: "shop/checkout-7d9f6 :6060", From: noon, To: noon.Add(2 * time.Minute), Polls: 118, Cost: 0.003}
	leaks, steady, undecided := base, base, base
	leaks.LimitFrom = "pod"
	leaks.Report = leak.Report{
		Verdict: leak.Leaks, Suspects: []leak.Suspect{cache(), sleepers()},
		Memory: leak.Memory{Limit: 2 << 30, RSS: 1 << 30, HeapLive: 412 << 20, HoursToLimit: 9.25},
		Caveat: profile.Diagnostic{What: "steady for 1m58s; a warm-up longer than that is not excluded"},
		Diagnostics: []profile.Diagnostic{
			{Code: profile.CodeGap, Severity: profile.SeverityWarning, What: "no heap profile for 1m10s before 12:01:20"},
			{Code: profile.CodeNotServed, Severity: profile.SeverityInfo, What: "the service has no trace"}, // a note
		},
	}
	leaks.GoVersion, leaks.Module, leaks.Version = "go1.26.1", "example.com/shop", "v1.2.3"
	known := cache()
	known.Function, known.Sentence = "example.com/shop/store.(*Index).Add", "store.(*Index).Add keeps all it allocates: +1 MiB/h"
	leaks.Report.Ignored = []leak.Suspect{known}
	leaks.Report.Withdrawn = []leak.Withdrawal{{Time: noon.Add(time.Minute), Suspect: sleepers(), Now: leak.Evaluation{Shape: leak.ShapeWarmUp, Text: "filled for 55s, then held"}}}
	old, now := leak.Process{Name: "shop/checkout-7d9f6 :6060", Version: "1.4.0", From: noon, To: noon.Add(2 * time.Minute), IsJudged: true, Exit: profile.Exit{Reason: "OOMKilled", Code: 137}, Peak: 2 << 30, Growth: leak.Rate{PerHour: 150 << 20}}, leak.Process{Name: "shop/checkout-8e1a2 :6060", Version: "1.4.1", From: noon.Add(2 * time.Minute), To: noon.Add(2*time.Minute + 40*time.Second)}
	old.SetReport(leak.Report{Verdict: leak.Leaks, Watched: 2 * time.Minute, Suspects: []leak.Suspect{cache()}})
	now.SetReport(leak.Report{Verdict: leak.Undecided, Watched: 40 * time.Second, Caveat: profile.Diagnostic{What: "watched for 40s of the 1m30s that a verdict needs"}})
	leaks.Report.Processes = []leak.Process{old, now}
	steady.Report = leak.Report{
		Verdict: leak.Steady, Memory: leak.Memory{HeapLive: 30 << 20},
		Caveat:     profile.Diagnostic{What: "watched for 2m00s; leaks slower than 135 MiB/h or 300 goroutines/h would not show yet"},
		LookAlikes: []leak.LookAlike{{Function: "store.(*LRU).Put", Evaluation: leak.Evaluation{Shape: leak.ShapeWarmUp, Text: "filled for 55s, then held"}}},
		BlindSpots: []blindspot.Spot{{What: blindspot.Function, PerHour: 135 << 20, Unit: "bytes"}},
	}
	undecided.Polls, undecided.FailOnUndecided = 4, true
	undecided.To = noon.Add(9 * time.Second)
	undecided.Report = leak.Report{Verdict: leak.Undecided, Caveat: profile.Diagnostic{What: "watched for 9s of the 1m30s that a verdict needs"}}
	undecided.Report.Grew = []leak.Grown{{Kind: leak.Heap, Function: "store.(*Cache[...]).Put", By: 12 << 20, Now: 40 << 20, Over: 9 * time.Second}}
	load := leaks
	load.Report.Suspects, load.Report.Memory.HoursToLimit = leaks.Report.Suspects[:1], 0
	load.Report.Retained = []leak.Retained{
		{Kind: leak.Heap, Function: cache().Function, Unit: "bytes", Values: []int64{5 << 20, 35 << 20, 67 << 20}, Added: []int64{30 << 20, 32 << 20}, Errors: []float64{4e6, 4.1e6}, When: "each time"},
		{Kind: leak.Goroutine, Function: sleepers().Function, Unit: "goroutines", Values: []int64{0, 64, 64}, Added: []int64{64, 0}, Errors: []float64{0, 0}, When: "first load only"},
	}
	return map[string]Result{"load": load, "leak": leaks, "steady": steady, "undecided": undecided}
}

func TestFormats(t *testing.T) {
	for name, r := range results() {
		for _, f := range formats {
			t.Run(name+" "+f.name, func(t *testing.T) {
				var out bytes.Buffer
				if err := f.write(&out, r, Options{Width: 100}); err != nil {
					t.Fatal(err)
				}
				if bytes.ContainsAny(out.Bytes(), "\x1b\r") {
					t.Error("an escape sequence got through")
				}
				file := filepath.Join("testdata", name+"."+f.name)
				if *update {
					if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), out.String()); diff != "" {
					t.Errorf("%s differs (- want, + got):\n%s", file, diff)
				}
			})
		}
	}
}

// Reports for people list a limited number of suspects; JSON and JUnit have all
// of them.
func TestManySuspects(t *testing.T) {
	r := results()["leak"]
	for range 300 {
		r.Report.Suspects = append(r.Report.Suspects, cache())
	}
	for _, f := range formats {
		var out bytes.Buffer
		if err := f.write(&out, r, Options{Width: 100}); err != nil {
			t.Fatal(err)
		}
		all := f.name == "json" || f.name == "junit"
		if told := strings.Contains(out.String(), "282 more suspects"); told != (f.name != "json") || all != (bytes.Count(out.Bytes(), []byte("store.(*Cache[...]).Put")) > 301) {
			t.Errorf("%s has %d bytes, and tells of the others: %v", f.name, out.Len(), told)
		}
	}
}

// brokenPipe fails like a pipe whose reader has ended.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestWritersTellThatNobodyReads(t *testing.T) {
	for _, f := range formats {
		if err := f.write(brokenPipe{}, results()["leak"], Options{Width: 100}); err == nil {
			t.Errorf("%s: the failed write is not told", f.name)
		}
	}
}
