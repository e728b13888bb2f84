package session

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/sourcetest"
)

// openService opens a source on a real service in this process.
func openService(t *testing.T) source.Source {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return sourcetest.Open(t, srv.URL, source.Options{})
}

func TestWatchOfARealService(t *testing.T) {
	w := New(openService(t))
	ctx, cancel := context.WithTimeout(t.Context(), eventually.Patience)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	seen := false
	for st := range w.Updates() {
		if len(st.Heap) > 0 && len(st.Goroutines) > 0 {
			seen = true
			if st.Report.Verdict == "" || st.Now.IsZero() || st.Start.IsZero() {
				t.Errorf("state %+v lacks its verdict or its times", st)
			}
			cancel()
		}
	}
	if !seen {
		t.Error("got no state with heap and goroutines")
	}
	if err := <-done; err != nil {
		t.Errorf("the watch ended with error %v, want none", err)
	}
}

func TestDamagedProfileIsDiagnosed(t *testing.T) {
	w := New(nil)
	w.Ingest(source.Capture{Capture: profile.Capture{Kind: profile.Heap, Time: time.Now(), Data: []byte("<html>")}})
	d := w.State().Diagnostics
	if !slices.ContainsFunc(d, func(d profile.Diagnostic) bool { return d.Code == profile.CodeUnreadable && d.Kind == profile.Heap }) {
		t.Errorf("the diagnostics %+v do not name the damaged profile", d)
	}
}

// TestDiagnosticsAreBounded checks that damage which is different each time cannot fill the screen.
func TestDiagnosticsAreBounded(t *testing.T) {
	w := New(nil)
	for i := range 100 {
		w.Ingest(source.Diagnostic{Diagnostic: profile.Diagnostic{What: strconv.Itoa(i) + strings.Repeat(" damaged", 10_000)}})
	}
	all := w.State().Diagnostics
	if len(all) != maxDiagnostics {
		t.Errorf("got %d diagnostics, want %d", len(all), maxDiagnostics)
	}
	for _, d := range all {
		if len(d.What) > 2*maxDiagnosticLen {
			t.Errorf("got a diagnostic of %d bytes", len(d.What))
		}
	}
}

func TestRestartKeepsTheReportBefore(t *testing.T) {
	w := New(nil)
	w.known.state.Report.Verdict = "leak"
	w.known.builder.AddCount(profile.Count{Time: time.Now(), N: 3})
	w.Ingest(source.Event{Event: profile.Event{Time: time.Now(), Kind: profile.EventRestart, Text: "restarted, OOMKilled"}})
	st := <-w.Updates()
	if st.Before.Verdict != "leak" || st.Restarts != 1 {
		t.Errorf("got previous verdict %q after %d restarts, want the old verdict after one", st.Before.Verdict, st.Restarts)
	}
}

// TestCountsOfTheIndexPageArrive checks that where only the index page answers, each of its counts is a new state, and
// that no count is drawn while the page fails.
func TestCountsOfTheIndexPageArrive(t *testing.T) {
	w := New(silentSource{})
	noon := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	missing := &problem.Problem{Cause: problem.CauseMissing, Subject: "get the profile", Why: "404"}
	revision := -1
	for i, tt := range []struct {
		failure error
		counts  int
	}{{nil, 1}, {nil, 2}, {missing, 2}, {nil, 3}} {
		w.Ingest(source.Status{Time: noon.Add(time.Duration(2*i) * time.Second), Goroutines: 10 + i, Endpoints: []source.Endpoint{
			{Kind: source.Index, Err: tt.failure}, {Kind: profile.Heap, Err: missing, Disabled: true}, {Kind: profile.Goroutine, Err: missing, Disabled: true},
		}})
		st := w.State()
		if n := len(st.Goroutines[0]); n != tt.counts {
			t.Errorf("status %d: got %d counts, want %d", i, n, tt.counts)
		}
		if tt.failure == nil && st.Revision == revision {
			t.Errorf("status %d: the state has the revision of the one before, so no page shows it", i)
		}
		revision = st.Revision
	}
}
