package memory

import (
	"bytes"
	"errors"
	"expvar"
	"fmt"
	"io"
	"net/http/httptest"
	"regexp"
	"runtime/pprof"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseHeapTextOfThisProcess(t *testing.T) {
	var text bytes.Buffer
	if err := pprof.Lookup("heap").WriteTo(&text, 1); err != nil {
		t.Fatal(err)
	}
	rep, err := ParseHeapText(bytes.NewReader(text.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	r := rep.Reading
	for pattern, got := range map[string]uint64{
		`# HeapAlloc = (\d+)`: r.HeapAlloc, `# HeapInuse = (\d+)`: r.HeapInuse, `# HeapIdle = (\d+)`: r.HeapIdle,
		`# HeapReleased = (\d+)`: r.HeapReleased, `# HeapSys = (\d+)`: r.HeapSys, `# HeapObjects = (\d+)`: r.HeapObjects,
		`# Stack = (\d+) /`: r.StackInuse, `# Stack = \d+ / (\d+)`: r.StackSys, `# MSpan = \d+ / (\d+)`: r.MSpanSys,
		`# MCache = \d+ / (\d+)`: r.MCacheSys, `# BuckHashSys = (\d+)`: r.BuckHashSys, `# GCSys = (\d+)`: r.GCSys,
		`# OtherSys = (\d+)`: r.OtherSys, `# Sys = (\d+)`: r.Sys, `# TotalAlloc = (\d+)`: r.TotalAlloc,
		`# Mallocs = (\d+)`: r.Mallocs, `# Frees = (\d+)`: r.Frees, `# NextGC = (\d+)`: r.NextGC,
		`# NumGC = (\d+)`: uint64(r.NumGC), `# LastGC = (\d+)`: uint64(r.LastGC), `# MaxRSS = (\d+)`: r.MaxRSS,
	} {
		m := regexp.MustCompile(pattern).FindSubmatch(text.Bytes())
		if m == nil {
			if strings.Contains(pattern, "MaxRSS") {
				continue // not on this system
			}
			t.Fatalf("the runtime wrote no %s", pattern)
		}
		if want, _ := strconv.ParseUint(string(m[1]), 10, 64); got != want {
			t.Errorf("%s: got %d, want %d", pattern, got, want)
		}
	}
	if r.Sys == 0 || r.HeapSys != r.HeapInuse+r.HeapIdle {
		t.Errorf("HeapSys %d is not HeapInuse %d + HeapIdle %d", r.HeapSys, r.HeapInuse, r.HeapIdle)
	}
}

// endless is a profile with a very long line before the trailer.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.left)
	for i := range p[:n] {
		p[i] = 'x'
	}
	e.left -= n
	return n, nil
}

func TestParseHeapTextSkipsWithoutKeeping(t *testing.T) {
	const size = 64 << 20
	r := io.MultiReader(&endless{size}, strings.NewReader("\n# runtime.MemStats\n# Sys = 7\n"))
	allocated := testing.AllocsPerRun(1, func() {
		rep, err := ParseHeapText(r)
		if err == nil && rep.Reading.Sys != 7 {
			t.Errorf("Sys = %d, want 7", rep.Reading.Sys)
		}
	})
	if allocated > 100 {
		t.Errorf("%.0f allocations to skip one line", allocated)
	}
}

func TestParseHeapTextRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"empty":               "",
		"profile without end": "heap profile: 1: 2 [3: 4] @ heap/1048576\n1: 2 [3: 4] @ 0x1 0x2\n",
		"figures elsewhere":   "# Sys = 7\n",
		"no numbers":          "# runtime.MemStats\n# Sys = many\n# Stack = a / b\n",
		"a web page":          "<html><body># Sys = 7</body></html>",
	} {
		if _, err := ParseHeapText(strings.NewReader(text)); !errors.Is(err, ErrNoFigures) {
			t.Errorf("%s: got %v, want ErrNone", name, err)
		}
	}
	broken := io.MultiReader(strings.NewReader("# runtime.MemStats\n# Sys = 7\n"), &failing{})
	if _, err := ParseHeapText(broken); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut: got %v, want the reader's error", err)
	}
}

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestParseVarsOfThisProcess(t *testing.T) {
	rec := httptest.NewRecorder()
	expvar.Handler().ServeHTTP(rec, httptest.NewRequest("GET", "/debug/vars", nil))
	rep, err := ParseVars(rec.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := rep.Reading
	sys := r.HeapSys + r.StackSys + r.MSpanSys + r.MCacheSys + r.BuckHashSys + r.GCSys + r.OtherSys
	if r.Sys == 0 || sys != r.Sys {
		t.Errorf("Sys = %d, its parts are %d", r.Sys, sys)
	}
	if !strings.Contains(rep.Cmdline, ".test") || !strings.Contains(rep.Cmdline, "\x00") {
		t.Errorf("cmdline = %q, want this test's arguments parted by NUL", rep.Cmdline)
	}
}

func TestParseVars(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"figures", `{"a":1,"memstats":{"Sys":7,"NumGC":3,"LastGC":9,"PauseNs":[1,2]}}`, "Sys 7 NumGC 3 LastGC 9"},
		{"broken after the figures", `{"memstats":{"Sys":7},"other": NaN}`, "Sys 7 NumGC 0 LastGC 0"},
		{"cut after the figures", `{"memstats":{"Sys":7},"other": [1,`, "Sys 7 NumGC 0 LastGC 0"},
		{"other variables only", `{"requests": 12}`, "error"},
		{"empty figures", `{"memstats":{}}`, "error"},
		{"text for a number", `{"memstats":{"Sys":"7"}}`, "error"},
		{"negative", `{"memstats":{"Sys":-7}}`, "error"},
		{"an array", `[1,2]`, "error"},
		{"a page", `<html>`, "error"},
		{"nothing", ``, "error"},
	} {
		rep, err := ParseVars(strings.NewReader(tt.text))
		got := fmt.Sprintf("Sys %d NumGC %d LastGC %d", rep.Reading.Sys, rep.Reading.NumGC, rep.Reading.LastGC)
		if err != nil {
			got = "error"
		}
		if got != tt.want {
			t.Errorf("%s: got %s (%v), want %s", tt.name, got, err, tt.want)
		}
	}
}

// metricsText is a shortened response of client_golang's promhttp.
const metricsText = `# HELP go_gc_duration_seconds A summary of the wall-time pause (stop-the-world) duration in garbage collection cycles.
# TYPE go_gc_duration_seconds summary
go_gc_duration_seconds{quantile="0"} 2.5e-05
go_gc_duration_seconds_sum 0.001
go_gc_duration_seconds_count 42
go_goroutines 17
go_info{version="go1.26.8"} 1
go_memstats_alloc_bytes_total 1.234567e+09
go_memstats_heap_alloc_bytes 3.145728e+06
go_memstats_heap_idle_bytes 1.048576e+06
go_memstats_heap_inuse_bytes 4.194304e+06
go_memstats_last_gc_time_seconds 1.7637e+09
go_memstats_sys_bytes 1.2582912e+07 1763700000000
process_resident_memory_bytes 2.097152e+07
process_open_fds 321
process_start_time_seconds 1.76369999875e+09
http_requests_total{code="200",path="/a b"} 12
`

func TestParseMetrics(t *testing.T) {
	rep, err := ParseMetrics(strings.NewReader(metricsText))
	if err != nil {
		t.Fatal(err)
	}
	want := Report{
		Reading: Reading{
			TotalAlloc: 1234567000, HeapAlloc: 3 << 20, HeapIdle: 1 << 20, HeapInuse: 4 << 20,
			Sys: 12 << 20, RSS: 20 << 20, OpenFiles: 321, NumGC: 42, LastGC: 1763700000e9,
		},
		GoVersion: "go1.26.8", Start: time.Unix(1763699998, 750_000_000), Goroutines: 17,
	}
	if diff := cmp.Diff(want, rep); diff != "" {
		t.Error(diff)
	}
}

func TestParseMetricsRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"another language": "jvm_memory_used_bytes{area=\"heap\"} 1\n",
		"not numbers":      "go_memstats_sys_bytes NaN\ngo_memstats_heap_alloc_bytes -1\nprocess_resident_memory_bytes +Inf\n",
		"no value":         "go_memstats_sys_bytes\n",
		"a page":           "<!doctype html>",
		"empty":            "",
	} {
		if rep, err := ParseMetrics(strings.NewReader(text)); !errors.Is(err, ErrNoFigures) {
			t.Errorf("%s: got %+v, %v, want ErrNone", name, rep, err)
		}
	}
}

func FuzzParsers(f *testing.F) {
	f.Add([]byte(metricsText))
	f.Add([]byte(`{"memstats":{"Sys":7,"NumGC":3},"cmdline":["a"]}`))
	f.Add([]byte("# runtime.MemStats\n# Stack = 1 / 2\n# MaxRSS = 3\n# NumGC = 4\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, parse := range []func(io.Reader) (Report, error){ParseHeapText, ParseVars, ParseMetrics} {
			rep, err := parse(bytes.NewReader(data))
			if err != nil && !cmp.Equal(rep, Report{}) {
				t.Errorf("an error and a report: %v, %+v", err, rep)
			}
			if rep.Goroutines < 0 || rep.Reading.LastGC < 0 {
				t.Errorf("negative: %+v", rep)
			}
			Breakdown(rep.Reading, 1)
		}
	})
}

func TestFillFrom(t *testing.T) {
	a := Reading{Time: time.Unix(9, 0), Source: "/metrics", RSS: 1, HeapAlloc: 2}
	b := Reading{Time: time.Unix(5, 0), Source: "/debug/vars", HeapAlloc: 7, Sys: 8, NumGC: 3, LastGC: 4, WorkingSet: 5}
	want := Reading{Time: a.Time, Source: "/metrics", RSS: 1, HeapAlloc: 2, Sys: 8, NumGC: 3, LastGC: 4, WorkingSet: 5}
	if diff := cmp.Diff(want, a.FillFrom(b)); diff != "" {
		t.Error(diff)
	}
	if a.Sys != 0 {
		t.Error("Or changed its receiver")
	}
	before := Reading{Processes: 9, Zombies: 5, MostChildren: "convert"}
	if got := (Reading{RSS: 1}).FillFrom(before); got.Processes != 9 || got.Zombies != 5 || got.MostChildren != "convert" {
		t.Errorf("children that were not read: got %+v", got)
	}
	if got := (Reading{Processes: 1}).FillFrom(before); got.Processes != 1 || got.Zombies != 0 || got.MostChildren != "" {
		t.Errorf("children that are gone: got %+v", got)
	}
}
