package session

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// open opens a source on a real service in this process.
func open(t *testing.T) source.Source {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	target, err := source.ParseTarget(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	src, err := source.Open(t.Context(), target, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	return src
}

func TestWatchOfARealService(t *testing.T) {
	w := New(open(t))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
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
		t.Error("no state with heap and goroutines came")
	}
	if err := <-done; err != nil {
		t.Errorf("the watch ended with %v, want nothing", err)
	}
}

func TestDamagedProfileIsTrouble(t *testing.T) {
	w := New(nil)
	go w.take(profile.Capture{Kind: profile.Heap, Time: time.Now(), Data: []byte("<html>")})
	if st := <-w.Updates(); len(st.Trouble) == 0 {
		// The trouble is noted before its state is published.
		t.Errorf("state %+v does not tell of the damaged profile", st)
	}
}

// TestTroublesAreBounded: damage that is different each time fills no screen.
func TestTroublesAreBounded(t *testing.T) {
	w := New(nil)
	for i := range 100 {
		w.trouble(profile.Diagnostic{What: strconv.Itoa(i) + strings.Repeat(" damaged", 10_000)})
	}
	w.trouble(profile.Diagnostic{What: "0" + strings.Repeat(" damaged", 10_000)})
	if n := len(w.state.Trouble); n != mostTroubles {
		t.Errorf("%d are kept, want %d", n, mostTroubles)
	}
	for _, d := range w.state.Trouble {
		if text := d.String(); len(text) > 2*longestTrouble {
			t.Errorf("one has %d bytes", len(text))
		}
	}
}

func TestRestartKeepsTheReportBefore(t *testing.T) {
	w := New(nil)
	w.state.Report.Verdict = "leak"
	w.history.AddCount(profile.Count{Time: time.Now(), N: 3})
	w.take(profile.Event{Time: time.Now(), Kind: profile.EventRestart, Text: "restarted, OOMKilled"})
	st := <-w.Updates()
	if st.Before.Verdict != "leak" || st.Restarts != 1 {
		t.Errorf("before %q after %d restarts, want the old verdict after one", st.Before.Verdict, st.Restarts)
	}
}
