package session_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/source/sourcetest"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/prometheus/prometheustest"
)

// watchWithPast watches a service together with a metrics store until a state satisfies a
// condition. fill adds the store's data about an address. The watch is recorded if path is
// not empty.
func watchWithPast(t *testing.T, s *prometheustest.Server, path string, fill func(instance string), until func(st session.State) bool) session.State {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	service := httptest.NewServer(mux)
	t.Cleanup(service.Close)
	fill(strings.TrimPrefix(service.URL, "http://"))
	o := source.Options{Interval: 100 * time.Millisecond, Cost: 1}
	m, err := source.NewMetrics(s.URL, o, 0, source.MetricsQueries{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	o.Metrics = m
	parsed := sourcetest.Parse(t, service.URL)
	src, err := source.Open(t.Context(), parsed, o)
	if err != nil {
		t.Fatal(err)
	}
	w := session.New(src)
	if path != "" {
		if err := w.Record(path, recording.Options{Target: src.Name(), Started: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), eventually.Patience)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	var st session.State
	for st = range w.Updates() {
		if until(st) {
			break
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := w.StopRecording(); err != nil {
		t.Error(err)
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	if !until(st) {
		t.Fatalf("it ended with %+v", st.Diagnostics)
	}
	return st
}

func TestPastOfALiveTarget(t *testing.T) {
	t.Parallel()
	s := prometheustest.NewServer()
	defer s.Close()
	now := time.Now()
	st := watchWithPast(t, s, "", func(instance string) {
		s.AddProcess(instance, "checkout", now.Add(-5*24*time.Hour), now.Add(-50*time.Hour), now, 8)
	}, func(st session.State) bool { return st.Past != nil && st.Polls > 1 })
	if o := st.Past.Outlook; o.Course != longterm.Grows || o.Cause.Kind != longterm.MarkRollout || o.Cause.Version != "v1.9" {
		t.Errorf("%+v", o)
	}
}

// A recording has the data of the metrics store, so that a replay gives the same answer
// without the store.
func TestPastIsRecorded(t *testing.T) {
	t.Parallel()
	s := prometheustest.NewServer()
	defer s.Close()
	now := time.Now()
	path := filepath.Join(t.TempDir(), "night.tar")
	live := watchWithPast(t, s, path, func(instance string) {
		s.AddProcess(instance, "checkout", now.Add(-5*24*time.Hour), now.Add(-50*time.Hour), now, 8)
	}, func(st session.State) bool { return st.Past != nil && st.Polls > 3 })
	replayed := judgeTarget(t, path, source.Options{})
	if replayed.Past == nil {
		t.Fatal("the replay has no past")
	}
	if diff := cmp.Diff(live.Past, replayed.Past, cmpopts.EquateApproxTime(time.Millisecond), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("live and replay differ (-live +replay):\n%s", diff)
	}
	if live.Report.Verdict != replayed.Report.Verdict || live.Report.Caveat.Code != replayed.Report.Caveat.Code {
		t.Errorf("got %s, %s; want %s, %s", replayed.Report.Verdict, replayed.Report.Caveat, live.Report.Verdict, live.Report.Caveat)
	}
	// The store that the user names has newer data than the recording.
	s.AddProcess("other:6060", "checkout", now.Add(-5*24*time.Hour), now, now, 0)
	m, err := source.NewMetrics(s.URL+`?instance=other:6060`, source.Options{}, 0, source.MetricsQueries{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if asked := judgeTarget(t, path, source.Options{Metrics: m}); asked.Past == nil || asked.Past.Outlook.Course != longterm.Steady {
		t.Errorf("a store that is asked gives %+v", asked.Past)
	}
}

// A store that cannot be read is a diagnostic, and the target is still watched.
func TestPastThatFailsDoesNotEndTheWatch(t *testing.T) {
	t.Parallel()
	s := prometheustest.NewServer()
	defer s.Close()
	var refuse atomic.Bool
	refuse.Store(true)
	s.SetFault(func(w http.ResponseWriter, _ *http.Request) bool {
		if refuse.Load() {
			http.Error(w, "who are you?", http.StatusUnauthorized)
		}
		return refuse.Load()
	})
	st := watchWithPast(t, s, "", func(string) {}, func(st session.State) bool {
		return st.Polls > 3 && slices.ContainsFunc(st.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == profile.CodeMetrics })
	})
	if st.Err != nil || st.Status.Failure() != nil {
		t.Errorf("%v, %v", st.Err, st.Status.Failure())
	}
}

// A recording is judged with the past of its target at that time, in the same words.
func TestPastOfARecording(t *testing.T) {
	end := time.Now().Add(-30 * time.Minute)
	path := t.TempDir() + "/steady.tar"
	recordSteady(t, path, end)
	s := prometheustest.NewServer()
	defer s.Close()
	s.AddProcess("10.0.0.7:6060", "checkout", end.Add(-5*24*time.Hour), end.Add(-50*time.Hour), time.Now(), 8)
	m, err := source.NewMetrics(s.URL, source.Options{}, 0, source.MetricsQueries{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for _, metrics := range []*source.Metrics{nil, m} {
		parsed := sourcetest.Parse(t, path)
		src, err := source.Open(t.Context(), parsed, source.Options{Metrics: metrics, FullSpeed: true})
		if err != nil {
			t.Fatal(err)
		}
		w := session.New(src)
		if err := w.Run(t.Context()); err != nil {
			t.Error(err)
		}
		st := w.State()
		if err := src.Close(); err != nil {
			t.Error(err)
		}
		if metrics == nil {
			if st.Report.Verdict != leak.Steady || st.Past != nil {
				t.Errorf("without a store: %s, %s", st.Report.Verdict, st.Report.Caveat)
			}
			continue
		}
		if st.Past == nil || st.Past.Outlook.Course != longterm.Grows || st.Past.To.After(end) {
			t.Fatalf("%+v, %v", st.Past, st.Diagnostics)
		}
		if st.Report.Verdict != leak.Undecided || st.Report.Caveat.Code != profile.CodeGrewForDays {
			t.Errorf("%s, %s", st.Report.Verdict, st.Report.Caveat)
		}
	}
}

// recordSteady records five minutes of a service that does not leak.
func recordSteady(t *testing.T, path string, end time.Time) {
	t.Helper()
	start := end.Add(-5 * time.Minute)
	w, err := recording.Create(path, recording.Options{Target: "10.0.0.7:6060", Started: start})
	if err != nil {
		t.Fatal(err)
	}
	service := simulated.Service{Start: start.Add(-time.Hour), Stacks: 50, Seed: 1}
	messages := []any{profile.Facts{Name: "10.0.0.7:6060"}}
	for at := start; !at.After(end); at = at.Add(2 * time.Second) {
		messages = append(messages, profile.Capture{Kind: profile.Heap, Time: at, Data: service.Heap(at)},
			profile.Capture{Kind: profile.Goroutine, Time: at, Data: service.Goroutine(at)})
	}
	for _, m := range messages {
		if err := w.Append(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// The labels of a service in a profile store identify it in the metrics store, which
// scrapes another port.
func TestPastOfAStoreTarget(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	s := prometheustest.NewServer()
	defer s.Close()
	s.AddProcess("checkout:9090", "checkout", now.Add(-5*24*time.Hour), now.Add(-50*time.Hour), now, 8)
	s.AddProcess("cart:9090", "cart", now.Add(-5*24*time.Hour), now.Add(-5*24*time.Hour), now, 0)
	m, err := source.NewMetrics(s.URL, source.Options{}, 0, source.MetricsQueries{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for _, profiles := range storeCases(t) {
		service := &simulated.Service{Start: now.Add(-50 * time.Hour), Stacks: 20, Seed: 1}
		var times []time.Time
		for at := now.Add(-2 * time.Hour); at.Before(now); at = at.Add(10 * time.Minute) {
			times = append(times, at)
		}
		profiles.writeProfiles(t, service, "checkout", times, nil)
		parsed := sourcetest.Parse(t, profiles.targetOf("checkout"))
		src, err := source.Open(t.Context(), parsed, source.Options{Metrics: m, FullSpeed: true, Since: 3 * time.Hour, CacheDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		w := session.New(src)
		if err := w.Run(t.Context()); err != nil {
			t.Error(err)
		}
		st := w.State()
		if st.Past == nil || st.Past.Outlook.Course != longterm.Grows || st.Past.Outlook.Cause.Version != "v1.9" {
			t.Errorf("%s: %+v, %v", profiles.name, st.Past, st.Diagnostics)
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}
}

// The labels in a profile store name the pod from the start, before any profile has been
// read.
func TestPastOfAPodInAStore(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	s := prometheustest.NewServer()
	defer s.Close()
	s.AddLeak(now.Add(-7*24*time.Hour), now.Add(-50*time.Hour), now, 6*time.Hour)
	m, err := source.NewMetrics(s.URL, source.Options{}, 0, source.MetricsQueries{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	profiles := storeCases(t)[0]
	service := &simulated.Service{Start: now.Add(-50 * time.Hour), Stacks: 20, Seed: 1}
	profiles.writeAs(t, service, "checkout", timesBetween(now.Add(-2*time.Hour), now.Add(-time.Minute), 10*time.Minute), nil,
		store.Label{Name: "namespace", Value: prometheustest.Namespace}, store.Label{Name: "pod", Value: prometheustest.NewPod})
	src := sourcetest.Open(t, profiles.targetOf("checkout"), source.Options{Metrics: m, Since: 3 * time.Hour, CacheDir: t.TempDir()})
	p := src.(source.HasPast).Past().Load(t.Context(), profile.Facts{})
	if metric, _ := p.Memory(); metric != longterm.WorkingSet || p.Kills < 8 {
		t.Errorf("%d kills, %s: %+v", p.Kills, metric, p.Diagnostics)
	}
}
