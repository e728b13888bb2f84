package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/recording"
)

// startReplicas serves each recording as a process under its own path. It answers a request
// with the profile recorded as long after the beginning as the server has been running.
func startReplicas(tb testing.TB, files ...string) *httptest.Server {
	tb.Helper()
	mux, began := http.NewServeMux(), time.Now()
	for i, file := range files {
		rec, err := recording.Open(tb.Context(), []string{filepath.Join(repository, "testdata", file)}, nil)
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = rec.Close() })
		bodies := map[profile.Kind][]profile.Capture{}
		for j := range rec.Items {
			if it := &rec.Items[j]; it.Message == nil {
				c, err := rec.Load(it)
				if err != nil {
					tb.Fatal(err)
				}
				bodies[c.Kind] = append(bodies[c.Kind], c)
			}
		}
		for kind, all := range bodies {
			mux.HandleFunc(fmt.Sprintf("/%d/debug/pprof/%s", i, kind), func(w http.ResponseWriter, _ *http.Request) {
				at, now := 0, time.Since(began)
				for at+1 < len(all) && all[at+1].Time.Sub(all[0].Time) <= now {
					at++
				}
				w.Header().Set("Content-Type", "application/octet-stream")
				_, _ = w.Write(all[at].Data)
			})
		}
	}
	srv := httptest.NewServer(mux)
	tb.Cleanup(srv.Close)
	return srv
}

// BenchmarkFleet measures the local cost of watching a fleet of recordings, which this
// process serves: of one core, and of memory at the end.
func BenchmarkFleet(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			warmUp, window := 30*time.Second, 60*time.Second
			if testing.Short() {
				warmUp, window = time.Second, 3*time.Second
			}
			for b.Loop() {
				files := make([]string, n)
				for i := range files {
					files[i] = "check/steady.tar"
					if i%20 == 7 {
						files[i] = "check/leaking.tar"
					}
				}
				srv := startReplicas(b, files...)
				args := []string{"--interval", "5s"}
				for i := range files {
					args = append(args, fmt.Sprintf("%s/%d", srv.URL, i))
				}
				tm := start(b, 120, 40, "leaktop", args...)
				tm.shows("live ", "quit")
				time.Sleep(warmUp)
				view := viewOf(tm, tm.cmd.Process.Pid)
				began, before := time.Now(), cpuOf(view)
				time.Sleep(window)
				b.ReportMetric(100*(cpuOf(view)-before).Seconds()/time.Since(began).Seconds(), "percent-cpu")
				b.ReportMetric(float64(residentOf(view))/1e6, "RSS-MB")
				tm.press("q")
				_ = tm.waitForExit()
			}
		})
	}
}
