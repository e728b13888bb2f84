package fleet

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	_ "net/http/pprof"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/sourcetest"
	"github.com/leaktop/leaktop/source/target"
)

// testFleet is a fleet under test.
type testFleet struct {
	*Fleet
	cancel context.CancelFunc
	done   chan error
}

func startFleet(t *testing.T, finder Finder, o Options) *testFleet {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &testFleet{New(finder, o), cancel, make(chan error, 1)}
	go func() { r.done <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		for range r.Updates() {
		}
	})
	return r
}

// heard returns the number of members that have sent a profile, whatever their verdict.
func (s State) heard() int {
	return s.Comparison.Summary.Leaking + s.Comparison.Summary.Steady + s.Comparison.Summary.Undecided
}

// waitUntil waits for a state.
func (f *testFleet) waitUntil(t *testing.T, what string, ok func(State) bool) State {
	t.Helper()
	var st State
	eventually.Holds(t, what, func() bool {
		st = f.State()
		return ok(st)
	})
	return st
}

func startServer(t *testing.T, h http.Handler) target.Target {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(func() { http.DefaultTransport.(*http.Transport).CloseIdleConnections(); srv.Close() })
	return sourcetest.Parse(t, srv.URL)
}

var fast = Options{Source: source.Options{Interval: 100 * time.Millisecond}}

// If a target refuses connections or does not serve pprof, its row says so, and the others continue.
func TestTargetsGoWrongAlone(t *testing.T) {
	t.Parallel()
	good, plain := startServer(t, http.DefaultServeMux), startServer(t, http.NotFoundHandler())
	refused := httptest.NewServer(nil)
	refused.Close()
	r := startFleet(t, OfTargets("3 targets", []target.Target{good, plain, sourcetest.Parse(t, refused.URL)}), fast)
	st := r.waitUntil(t, "all three", func(st State) bool {
		return len(st.Members) == 3 && st.heard() == 1 && st.Comparison.Summary.Silent == 2 &&
			st.Members[0].Err != nil && st.Members[1].Err != nil
	})
	causes := map[problem.Cause]bool{}
	for _, m := range st.Members[:2] { // failed targets are listed first
		if p, ok := errors.AsType[*problem.Problem](m.Err); ok {
			causes[p.Cause] = true
		}
	}
	if !causes[problem.CauseRefused] || !causes[problem.CauseNotPprof] {
		t.Errorf("got causes %v", causes)
	}
	if m := st.Members[2]; m.FullName != good.Name || m.State.Polls == 0 || m.Session() == nil {
		t.Errorf("working target: got %+v", m.Compared)
	}
	r.cancel()
	if err := <-r.done; err != nil {
		t.Error(err)
	}
	if st := r.State(); !st.Ended || len(st.Members) != 3 {
		t.Errorf("got last summary %+v", st.Comparison.Summary)
	}
}

// listFinder is a finder whose lists the test sends.
type listFinder chan []Target

func (listFinder) Name() string { return "lists" }

func (l listFinder) Find(ctx context.Context, send func(Found)) error {
	for {
		select {
		case targets := <-l:
			send(Found{Targets: targets})
		case <-ctx.Done():
			return nil
		}
	}
}

// Members join and leave. The data of a member that left is kept, even when a new member takes its place.
func TestJoinAndLeave(t *testing.T) {
	t.Parallel()
	one := startServer(t, http.DefaultServeMux)
	of := func(id string) Target {
		x := OfTargets("", []target.Target{one}).Targets[0]
		x.ID, x.Name = id, "pod-"+id
		return x
	}
	l := make(listFinder)
	r := startFleet(t, l, fast)
	l <- []Target{of("a"), of("b")}
	r.waitUntil(t, "both", func(st State) bool { return st.heard() == 2 })
	l <- []Target{of("b"), of("c")}
	st := r.waitUntil(t, "c instead of a", func(st State) bool { return st.heard() == 2 && st.Comparison.Summary.Gone == 1 })
	last := st.Members[2]
	if last.ID != "a" || last.Gone.IsZero() || last.State.Polls == 0 || last.Name != "a" {
		t.Errorf("got last row %q, gone %v after %d polls", last.ID, last.Gone, last.State.Polls)
	}
	polls := last.State.Polls
	l <- []Target{of("a"), of("b"), of("c")}
	st = r.waitUntil(t, "a again", func(st State) bool { return st.heard() == 3 && st.Comparison.Summary.Gone == 1 })
	if old, _ := st.Find("a"); old.State.Polls < polls || !old.IsGone() {
		t.Errorf("old member: got %d polls, want %d", old.State.Polls, polls)
	}
	if again, ok := st.Find("a (2)"); !ok || again.IsGone() {
		t.Error("got no new member")
	}
}

// Opening a target that failed to open is retried.
func TestOpenAgain(t *testing.T) {
	t.Parallel()
	one := startServer(t, http.DefaultServeMux)
	x := OfTargets("", []target.Target{one}).Targets[0]
	open, tries := x.Open, 0
	x.Open = func(ctx context.Context, o source.Options) (source.Source, error) {
		if tries++; tries == 1 {
			return nil, errors.New("the pod does not run yet")
		}
		return open(ctx, o)
	}
	r := startFleet(t, Static{"one", []Target{x}}, fast)
	r.waitUntil(t, "the reason", func(st State) bool {
		return len(st.Members) == 1 && st.Members[0].Err != nil && strings.Contains(st.Members[0].Err.Error(), "does not run yet")
	})
	r.waitUntil(t, "polls", func(st State) bool { return st.Members[0].State.Polls > 0 && st.Members[0].Err == nil })
}

// If there are more processes than can be watched, those with the most restarts are watched.
func TestTooMany(t *testing.T) {
	var all []Target
	for i := range maxMembers + 50 {
		x := Target{ID: fmt.Sprint(i)}
		x.Facts.Restarts = i % 7
		all = append(all, x)
	}
	var watched choice
	got := watched.limit(all)
	if len(got.Targets) != maxMembers || got.Omitted != 50 || got.Targets[0].Facts.Restarts != 6 || got.Targets[maxMembers-1].Facts.Restarts < 1 {
		t.Errorf("got %d targets, %d omitted, %d to %d restarts", len(got.Targets), got.Omitted, got.Targets[0].Facts.Restarts, got.Targets[len(got.Targets)-1].Facts.Restarts)
	}
	ids := func(f Found) string {
		var all []string
		for _, t := range f.Targets {
			all = append(all, t.ID)
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	}
	for i := range all { // others are restarted: those that are watched do not run any less
		all[i].Facts.Restarts = 7 - i%7
	}
	if again := watched.limit(all); ids(again) != ids(got) {
		t.Error("restarts of others end the watch of some")
	}
}

func TestPollInterval(t *testing.T) {
	for n, want := range map[int]time.Duration{1: 2 * time.Second, 5: 2 * time.Second, 60: 3 * time.Second, 100: 5 * time.Second, 1000: 10 * time.Second} {
		if got := pollInterval(n); got != want {
			t.Errorf("%d members: every %v, want %v", n, got, want)
		}
	}
}

// All histories together may use four times the memory of a single one, or more if there are very many
// members; suspected members get what the others do not need.
func TestHistoryShares(t *testing.T) {
	const mega = 1 << 20
	for _, tt := range []struct {
		n, suspected   int
		each, suspects int64
	}{
		{1, 0, 64 * mega, 0},
		{5, 0, 256 * mega / 5, 0},
		{100, 0, 256 * mega / 100, 0},
		{200, 0, 2 * mega, 0},
		{1, 1, 0, 64 * mega},
		{5, 1, 2 * mega, 64 * mega},
		{100, 1, 2 * mega, 2*mega + 56*mega},
		{100, 4, 2 * mega, 2*mega + 14*mega},
		{200, 200, 0, 2 * mega},
	} {
		is := make([]bool, tt.n)
		for i := range tt.suspected {
			is[i] = true
		}
		sum := int64(0)
		for i, got := range historyShares(0, is) {
			sum += got
			want := tt.each
			if is[i] {
				want = tt.suspects
			}
			if got != want {
				t.Errorf("%d members, %d suspected: number %d gets %d, want %d", tt.n, tt.suspected, i, got, want)
				break
			}
		}
		if most := max(256*mega, int64(tt.n)*2*mega); sum > most {
			t.Errorf("%d members, %d suspected: %d bytes in all, more than %d", tt.n, tt.suspected, sum, most)
		}
	}
}

// Recordings are judged as a whole and compared, which finds the one of five that leaks.
func TestOneOfFiveLeaks(t *testing.T) {
	t.Parallel()
	f := Static{Title: "shop/checkout"}
	for i, file := range []string{"steady", "steady", "leaking", "steady", "steady"} {
		tg := sourcetest.Parse(t, "../../testdata/check/"+file+".tar")
		f.Targets = append(f.Targets, Target{
			ID: fmt.Sprint(i), Name: fmt.Sprintf("shop/checkout-7d9f6-x%d", i),
			Open: func(ctx context.Context, o source.Options) (source.Source, error) { return source.Open(ctx, tg, o) },
		})
	}
	r := startFleet(t, f, Options{Source: source.Options{FullSpeed: true}, Recorded: true})
	if err := <-r.done; err != nil {
		t.Fatal(err)
	}
	st := r.State()
	if s := st.Comparison.Summary; s.Verdict != leak.Leaks || s.Alone != "2" || s.Steady != 4 {
		t.Errorf("got summary %+v", s)
	}
	if m := st.Members[0]; m.ID != "2" || m.Name != "x2" {
		t.Errorf("got first member %q %q", m.ID, m.Name)
	}
}

// A fleet ends if there is nothing to find, or with the error of its finder.
func TestNothingFound(t *testing.T) {
	t.Parallel()
	r := startFleet(t, Static{Title: "nothing"}, fast)
	if err := <-r.done; err != nil {
		t.Error(err)
	}
	r = startFleet(t, failingFinder{}, fast)
	if err := <-r.done; err == nil || err.Error() != "find pods: forbidden" || r.State().Err == nil {
		t.Errorf("got %v", err)
	}
}

type failingFinder struct{}

func (failingFinder) Name() string                            { return "pods" }
func (failingFinder) Find(context.Context, func(Found)) error { return errors.New("forbidden") }
