package session

import (
	"context"
	"net/http"
	"net/http/pprof"
	"path/filepath"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/kube/kubetest"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/sourcetest"
)

// restartsOf returns the texts of the restart events of a state.
func restartsOf(st State) []string {
	var all []string
	for _, e := range st.Events {
		if e.Kind == profile.EventRestart {
			all = append(all, e.Text)
		}
	}
	return all
}

// goroutinesOnly is net/http/pprof without a heap profile: kubetest's processes are all this one, and its one heap
// profile would look like another restart.
var goroutinesOnly = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/debug/pprof/":
		pprof.Index(w, r)
	case "/debug/pprof/goroutine":
		pprof.Handler("goroutine").ServeHTTP(w, r)
	default:
		http.NotFound(w, r)
	}
})

// A replay counts the same restarts as the watch that was recorded.
func TestReplayCountsRestartsOfAPod(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	pod := c.Run(kubetest.Template{Name: "single", Serve: map[int]http.Handler{6060: kubetest.WithMetrics{Handler: goroutinesOnly}}})[0]
	parsed := sourcetest.Parse(t, "pod/single")
	src, err := source.Open(t.Context(), parsed, source.Options{Kube: kube.Options{Kubeconfig: c.Kubeconfig()}, Interval: 100 * time.Millisecond, Cost: 1})
	if err != nil {
		t.Fatal(err)
	}
	w := New(src)
	path := filepath.Join(t.TempDir(), "a.tar")
	if err := w.Record(path, recording.Options{Target: "single", Started: time.Now()}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	const restarts = 5
	for i := range restarts {
		polls := w.State().Polls
		eventually.Holds(t, "polls", func() bool { return w.State().Polls > polls+4 })
		pod.Restart("app", "OOMKilled", 137, 1500*time.Millisecond)
		eventually.Holds(t, "the restart", func() bool { return len(restartsOf(w.State())) > i })
	}
	polls := w.State().Polls
	eventually.Holds(t, "polls", func() bool { return w.State().Polls > polls+4 })
	if _, err := w.StopRecording(); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	if got := restartsOf(w.State()); len(got) != restarts {
		t.Errorf("live: got %d restarts, want %d: %q", len(got), restarts, got)
	}
	file := sourcetest.Parse(t, path)
	for _, atOnce := range []bool{true, false} {
		rec, err := source.Open(t.Context(), file, source.Options{FullSpeed: atOnce})
		if err != nil {
			t.Fatal(err)
		}
		r := New(rec)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		eventually.Holds(t, "the replay", func() bool {
			st := r.State()
			return st.Ended || st.Replay != nil && st.Replay.Loaded == 1
		})
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if got := restartsOf(r.State()); len(got) != restarts {
			t.Errorf("replayed (at once: %v): got %d restarts, want %d: %q", atOnce, len(got), restarts, got)
		}
		if err := rec.Close(); err != nil {
			t.Error(err)
		}
	}
}
