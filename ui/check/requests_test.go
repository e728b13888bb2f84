package check

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/source/sourcetest"
	"github.com/leaktop/leaktop/ui/report"
)

// sleeping is a service that leaks goroutines whose stacks do not show what starts
// them. It serves a recorded trace of such a service.
type sleeping struct {
	staged
	asked *int
}

func (s sleeping) Fetch(_ context.Context, q source.Query) (profile.Capture, error) {
	*s.asked++
	data, err := os.ReadFile("../../profile/trace/testdata/bare-sleep.trace")
	return profile.Capture{Kind: q.Kind, Data: data}, err
}

// A trace identifies what starts goroutines that have no user function on their
// stacks. It is taken only if --cost allows it; otherwise the report mentions it.
func TestTraceKeepsToTheBudget(t *testing.T) {
	for _, tt := range []struct {
		name     string
		o        Options
		function string
		asked    int
		warning  string
	}{
		{"allowed", Options{For: 2 * time.Minute, Cost: 0.01}, "(*tillLimit).pay", 1, ""},
		{"too dear", Options{For: 20 * time.Second, Cost: 0.01}, "time.Sleep", 0, "an execution trace could show what starts the goroutines, but would exceed --cost within --for"},
		{"as dear as allowed", Options{For: 21 * time.Second, Cost: 0.01}, "(*tillLimit).pay", 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			src := sleeping{staged{polls: 24, only: profile.Goroutine, step: func(int) { go time.Sleep(time.Hour) }}, &asked}
			v := &runner{options: tt.o, watch: session.New(src), progress: newProgress(io.Discard, "", tt.o)}
			go func() { _ = v.watch.Run(t.Context()) }()
			for st := range v.watch.Updates() {
				v.latest.Store(&st)
			}
			v.nameCreators(t.Context())
			r := v.newResult(v.watch.State())
			if asked != tt.asked || r.Report.Verdict != leak.Leaks || !strings.HasSuffix(r.Report.Suspects[0].Function, tt.function) {
				t.Errorf("asked %d times, %s: %+v", asked, r.Report.Verdict, r.Report.Suspects)
			}
			if s := r.Report.Suspects[0]; asked > 0 && (!strings.HasSuffix(s.File, ".go") || s.Line == 0) {
				t.Errorf("what the trace named is at %s:%d, want its file and line", s.File, s.Line)
			}
			if got := joinDiagnostics(r.Report); got != tt.warning {
				t.Errorf("warns of %q, want %q", got, tt.warning)
			}
		})
	}
}

const proofs = "../../source/session/testdata/prove/"

// Goroutines that the target's runtime proves to be leaked are a leak even if their
// number does not grow.
func TestProvenIsALeak(t *testing.T) {
	t.Parallel()
	routes := realPprof()
	routes["/debug/pprof/{$}"] = func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `<html><body>/debug/pprof/<table><tr><td>3</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr>`+
			`<tr><td>9</td><td><a href='heap?debug=1'>heap</a></td></tr><tr><td>14</td><td><a href='goroutineleak?debug=1'>goroutineleak</a></td></tr></table>`)
	}
	routes["/debug/pprof/goroutineleak"] = func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, proofs+"goroutineleak.pb.gz")
	}
	code, out, errs := runCheck(t, openService(t, routes), Options{For: 3 * time.Second, Format: "json", Prove: true})
	if code != ExitLeak {
		t.Fatalf("exit code %d, it said %s%s", code, out, errs)
	}
	wantProven(t, out)
}

func wantProven(t *testing.T, out string) {
	t.Helper()
	var d report.Document
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, s := range d.Suspects {
		found[s.Function] = true
		if s.Confidence != leak.Proven {
			t.Errorf("%s is %q", s.Function, s.Confidence)
		}
	}
	if d.Verdict != leak.Leaks || len(d.Suspects) != 7 || !found["main.nilRecv"] || !found["main.mutex"] {
		t.Errorf("verdict %s: %v, want the 7 that the runtime has proven", d.Verdict, found)
	}
}

// openRecording opens a recording of one goroutine profile, and of a proof if the
// test has one.
func openRecording(t *testing.T, proof bool) source.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "r.tar")
	w, err := recording.Create(path, recording.Options{Target: "shop", Started: noon})
	if err != nil {
		t.Fatal(err)
	}
	kinds := []profile.Kind{profile.Goroutine, profile.GoroutineLeak}
	if !proof {
		kinds = kinds[:1]
	}
	for i, k := range kinds {
		data, err := os.ReadFile(proofs + string(k) + ".pb.gz")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Append(profile.Capture{Kind: k, Time: noon.Add(-time.Duration(i) * time.Second), Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return sourcetest.Open(t, path, source.Options{FullSpeed: true})
}

// A proof in a recording counts when the recording is judged.
func TestProofOfARecording(t *testing.T) {
	code, out, errs := runCheck(t, openRecording(t, true), Options{Format: "json", Recording: true})
	if code != ExitLeak {
		t.Fatalf("exit code %d, it said %s%s", code, out, errs)
	}
	wantProven(t, out)
}

// A report on a recording without a proof says so, and that one profile shows no
// growth.
func TestRecordingWithoutProof(t *testing.T) {
	code, out, errs := runCheck(t, openRecording(t, false), Options{Format: "json", Recording: true, Prove: true})
	var d report.Document
	if err := json.Unmarshal([]byte(out), &d); err != nil || code != ExitUndecided {
		t.Fatalf("exit code %d, %v: %s%s", code, err, out, errs)
	}
	all := strings.Join(d.Warnings, "; ")
	for _, want := range []string{"there is only one goroutine profile", "the recording lacks that request"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not among the warnings %q", want, all)
		}
	}
}

// joinDiagnostics joins the diagnostics of a report as text.
func joinDiagnostics(r leak.Report) string {
	var texts []string
	for _, d := range r.Diagnostics {
		texts = append(texts, d.String())
	}
	return strings.Join(texts, "; ")
}
