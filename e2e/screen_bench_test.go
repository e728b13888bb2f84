//go:build unix

package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// These benchmarks measure the whole program on a terminal, as its user sees it.

// serveFile starts a real server whose heap profile is a file; its other profiles
// are its own.
func serveFile(tb testing.TB, file string) string {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(repository, file))
	if err != nil {
		tb.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/heap", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(data)
	})
	srv := httptest.NewServer(mux)
	tb.Cleanup(srv.Close)
	return srv.URL
}

// startSilentServer accepts connections and never answers.
func startSilentServer(tb testing.TB) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

func percentileOf(ds []time.Duration, p int) float64 {
	slices.Sort(ds)
	return float64(ds[(len(ds)-1)*p/100].Microseconds()) / 1000
}

// BenchmarkFirstFrame measures the time from the start of the process to the first
// complete frame, before the target has answered.
func BenchmarkFirstFrame(b *testing.B) {
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		tm := start(b, 100, 30, "leaktop", startSilentServer(b))
		tm.shows("leaktop", "waiting for a heap", "quit")
		took = append(took, time.Since(began))
		tm.press("q")
		_ = tm.waitForExit()
	}
	b.ReportMetric(percentileOf(took, 50), "ms-median")
	b.ReportMetric(percentileOf(took, 100), "ms-worst")
}

// BenchmarkKey measures the time from a key press to the last byte of its frame,
// in the table of all functions of a profile with 31,000 samples.
func BenchmarkKey(b *testing.B) {
	tm := start(b, 120, 40, "leaktop", "--interval", "1h", serveFile(b, "profile/testdata/large_heap_120.pb.gz"))
	tm.shows("live ", "quit")
	tm.press("2")
	tm.shows("FLAT", "1–")
	tm.awaitStillness(time.Second)
	var took []time.Duration
	for b.Loop() {
		for i := range 40 {
			key := []string{keyDown, keyDown, keyDown, keyPageDown, "S"}[i%5]
			began := time.Now()
			tm.press(key)
			if d := tm.awaitStillness(300 * time.Millisecond).Sub(began); d > 0 { // otherwise the key changed nothing
				took = append(took, d)
			}
		}
	}
	b.ReportMetric(percentileOf(took, 50), "ms-median")
	b.ReportMetric(percentileOf(took, 95), "ms-p95")
}

// BenchmarkIdle measures the local cost of watching at the default interval, in
// percent of one core.
func BenchmarkIdle(b *testing.B) {
	warmUp, window := 3*time.Second, 20*time.Second
	if testing.Short() {
		warmUp, window = time.Second, 3*time.Second
	}
	for b.Loop() {
		tm := start(b, 120, 40, "leaktop", serveFile(b, "profile/testdata/typ_heap_300.pb.gz"))
		tm.shows("live ", "quit")
		time.Sleep(warmUp)
		view := viewOf(tm, tm.cmd.Process.Pid)
		began, before, bytes := time.Now(), cpuOf(view), tm.countBytes()
		time.Sleep(window)
		over := time.Since(began).Seconds()
		b.ReportMetric(100*(cpuOf(view)-before).Seconds()/over, "percent-cpu")
		b.ReportMetric(float64(tm.countBytes()-bytes)/over, "bytes/s")
		b.ReportMetric(float64(residentOf(view))/1e6, "RSS-MB")
		tm.press("q")
		_ = tm.waitForExit()
	}
}

// TestNothingIsWrittenWhenNothingHappens checks that nothing is sent between two
// polls, for the sake of slow lines and sleeping laptops.
func TestNothingIsWrittenWhenNothingHappens(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		mux.ServeHTTP(w, r)
	}))
	defer srv.Close()
	tm := start(t, 120, 40, "leaktop", "--interval", "1h", srv.URL)
	tm.shows("live every 1h", "watched for")
	for range 10 { // the first polls also look for endpoints with memory figures
		tm.awaitStillness(time.Second)
		before, asks := tm.countBytes(), asked.Load()
		s, changed := tm.readScreen()
		select {
		case <-time.After(3 * time.Second):
			return
		case <-changed:
		}
		if asked.Load() == asks {
			now, _ := tm.readScreen()
			t.Fatalf("%d bytes were written while nothing happened:\n%s\nthen\n%s", tm.countBytes()-before, s, now)
		}
	}
	t.Error("the service is asked all the time")
}
