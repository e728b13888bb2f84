package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/sourcetest"
	"github.com/leaktop/leaktop/ui/report"
)

// recordedFleet is a fleet of recordings; "refused" is a service that does not run.
func recordedFleet(t *testing.T, files ...string) *fleet.Fleet {
	t.Helper()
	return newRecorded(recordedTargets(t, files...))
}

func newRecorded(f fleet.Static) *fleet.Fleet {
	return fleet.New(f, fleet.Options{Source: source.Options{FullSpeed: true, Interval: time.Second}, Recorded: true})
}

func recordedTargets(t *testing.T, files ...string) fleet.Static {
	t.Helper()
	f := fleet.Static{Title: "deploy/checkout in shop"}
	for i, file := range files {
		name := "../../testdata/check/" + file + ".tar"
		if file == "refused" {
			srv := httptest.NewServer(nil)
			srv.Close()
			name = srv.URL
		}
		tg := sourcetest.Parse(t, name)
		x := fleet.Target{
			ID: fmt.Sprint(i), Name: fmt.Sprintf("shop/checkout-7d9f6-x%d app:6060", i),
			Facts: profile.Facts{Pod: fmt.Sprintf("checkout-7d9f6-x%d", i), Version: "v1.8", Node: fmt.Sprintf("node-%d", i%2)},
			Open:  func(ctx context.Context, o source.Options) (source.Source, error) { return source.Open(ctx, tg, o) },
		}
		if file == "leaking" {
			x.Facts.Version, x.Facts.Restarts, x.ExitReason = "v1.9", 1, "OOMKilled"
		}
		f.Targets = append(f.Targets, x)
	}
	return f
}

// The exit code is that of the worst target, and every format has a row for each.
func TestFleetCodes(t *testing.T) {
	for _, tt := range []struct {
		files string
		code  int
	}{
		{"steady steady", ExitSteady},
		{"steady leaking steady", ExitLeak},
	} {
		for _, format := range report.Formats() {
			var out bytes.Buffer
			o := Options{For: time.Minute, Format: format, Recording: true}
			code, err := RunFleet(t.Context(), recordedFleet(t, strings.Fields(tt.files)...), o, &out, io.Discard)
			if err != nil || code != tt.code {
				t.Errorf("%s as %s: code %d, %v; want %d", tt.files, format, code, err, tt.code)
			}
			for i := range strings.Fields(tt.files) {
				if format == "junit" && strings.Count(out.String(), "<testsuite ") != len(strings.Fields(tt.files)) {
					t.Errorf("%s as junit has not a suite for each", tt.files)
				}
				if format != "junit" && !strings.Contains(out.String(), fmt.Sprintf("x%d", i)) {
					t.Errorf("%s as %s has no x%d", tt.files, format, i)
				}
			}
		}
	}
}

// A target that cannot be observed has a row with the reason, and makes the exit code 2
// unless another leaks.
func TestFleetUnobserved(t *testing.T) {
	for files, want := range map[string]int{"steady refused": ExitUnobserved, "leaking refused": ExitLeak} {
		ctx, cancel := context.WithCancel(t.Context())
		f := recordedFleet(t, strings.Fields(files)...)
		done := make(chan struct{})
		go func() { // the recording ends; the service never does
			defer close(done)
			for {
				st := f.State()
				if len(st.Members) == 2 && st.Comparison.Summary.Silent == 1 && st.Comparison.Summary.Leaking+st.Comparison.Summary.Steady == 1 {
					cancel()
					return
				}
				select {
				case <-time.After(20 * time.Millisecond):
				case <-ctx.Done():
					return
				}
			}
		}()
		var out bytes.Buffer
		code, err := RunFleet(ctx, f, Options{For: time.Minute, Format: "json", Recording: true}, &out, io.Discard)
		cancel()
		<-done
		if err != nil || code != want {
			t.Errorf("%s: code %d, %v; want %d", files, code, err, want)
		}
		var d report.FleetDocument
		if err := json.Unmarshal(out.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		found := false
		for _, x := range d.Targets {
			found = found || strings.Contains(x.Error, "connection refused")
		}
		if !found {
			t.Errorf("%s: no target says why it is not observed", files)
		}
	}
}

// The JSON of a fleet has these fields, which programs rely on.
func TestFleetSchema(t *testing.T) {
	var out bytes.Buffer
	if _, err := RunFleet(t.Context(), recordedFleet(t, "steady", "leaking", "steady"), Options{For: time.Minute, Format: "json", Recording: true}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	var d map[string]any
	if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	fields := func(v any) string { return strings.Join(slices.Sorted(maps.Keys(v.(map[string]any))), " ") }
	first := func(name string) any { return d[name].([]any)[0] }
	for name, c := range map[string]struct {
		got  any
		want string
	}{
		"document": {d, "from odd polls schema suspects target targets to verdict warnings"},
		"suspect": {first("suspects"), "ageSeconds cause common confidence creator file fix function growthPerHour high in kind line low maxPerHour medianPerHour minPerHour of share " +
			"signature sinceSeconds stack unit"},
		"common": {first("suspects").(map[string]any)["common"], "by newer others value"},
		"target": {first("targets"), "blindSpots caveat exitReason from gone ignored memory name node polls restarts schema suspects target to verdict version warnings withdrawn"},
		"odd":    {first("odd"), "function kind median of target value"},
	} {
		if got := fields(c.got); got != c.want {
			t.Errorf("fields of the %s: %s; want %s", name, got, c.want)
		}
	}
}

// The verdict is about the whole watch: a member that leaked and has left still counts
// as a leak.
func TestFleetCountsGoneLeaks(t *testing.T) {
	for files, code := range map[string]int{"leaking steady": ExitLeak, "steady steady": ExitSteady} {
		f := recordedTargets(t, strings.Fields(files)...)
		f.Targets[0].Left = time.Date(2026, 11, 24, 11, 55, 0, 0, time.UTC)
		var out bytes.Buffer
		got, err := RunFleet(t.Context(), newRecorded(f), Options{For: time.Minute, Format: "json", Recording: true}, &out, io.Discard)
		var d report.FleetDocument
		if err := errors.Join(err, json.Unmarshal(out.Bytes(), &d)); err != nil {
			t.Fatal(err)
		}
		if got != code || (d.Verdict == leak.Leaks) != (code == ExitLeak) || d.Targets[0].Gone == d.Targets[1].Gone {
			t.Errorf("%s: code %d, verdict %s, want code %d", files, got, d.Verdict, code)
		}
	}
}
