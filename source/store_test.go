package source

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/parca/parcatest"
	"github.com/leaktop/leaktop/source/store/pyroscope/pyroscopetest"
	"github.com/leaktop/leaktop/source/target"
)

// newParca returns a fake Parca with a number of hours of profiles for a service of each name.
func newParca(t *testing.T, hours int, names ...string) *parcatest.Server {
	t.Helper()
	s := parcatest.NewServer()
	t.Cleanup(s.Close)
	end := time.Now().Add(-time.Minute).Truncate(time.Second)
	service := &simulated.Service{Start: end.Add(-100 * time.Hour), Stacks: 20}
	for _, name := range names {
		labels := store.Labels{{Name: "job", Value: name}, {Name: "pod", Value: name + "-0"}}
		for at := end.Add(-time.Duration(hours) * time.Hour); !at.After(end); at = at.Add(30 * time.Minute) {
			for kind, data := range map[string][]byte{"memory": service.Heap(at), "goroutine": service.Goroutine(at)} {
				if err := s.Add(kind, labels, data); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return s
}

// openError returns the error of opening a target. It closes a source that opens.
func openError(t *testing.T, arg string, o Options) error {
	t.Helper()
	parsed, err := target.Parse(arg)
	if err != nil {
		t.Fatal(err)
	}
	o.CacheDir = t.TempDir()
	src, err := Open(t.Context(), parsed, o)
	if err == nil {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}
	return err
}

// Each thing that can be wrong with a store is reported in one sentence, with what to do next.
func TestStoreErrorsSayWhatToDo(t *testing.T) {
	s := newParca(t, 4, "checkout", "search")
	empty := parcatest.NewServer()
	t.Cleanup(empty.Close)
	tenants := pyroscopetest.NewServer("shop")
	t.Cleanup(tenants.Close)
	url, other := "parca+"+s.URL, "pyroscope+"+tenants.URL+"?service_name=checkout"
	for _, tt := range []struct {
		name, arg string
		o         Options
		want      []string
	}{
		{"no selector", url, Options{}, []string{"which service?", `{job="checkout"}, {job="search"}`, "for example: leaktop '" + url + "?job=checkout'"}},
		{"a near name", url + "?job=chekout", Options{}, []string{`there is no job "chekout"`, `{job="checkout"}`, "?job=checkout'"}},
		{"a label that is not there", url + "?jobs=checkout", Options{}, []string{`no profile has the label "jobs"; the labels are job, pod; similar ones: {job="checkout"}, {job="search"}`, "for example: leaktop '" + url + "?job=checkout'"}},
		{"several instances", url + "?job=~.*", Options{}, []string{"2 instances match", `pod="checkout-0"`}},
		{"an empty range", url + "?job=checkout", Options{Until: time.Now().Add(-24 * time.Hour), Since: time.Hour}, []string{"no profiles in this range", "--since"}},
		{"an empty store", "parca+" + empty.URL + "?job=checkout", Options{}, []string{"no profiles in this range", "X-Scope-OrgID"}},
		{"no tenant", other, Options{}, []string{"requires authentication (401)", "--bearer-token-file", "X-Scope-OrgID"}},
		{"a wrong tenant", other, Options{Headers: http.Header{"X-Scope-Orgid": {"other"}}}, []string{"no profiles in this range", "X-Scope-OrgID"}},
		{"nothing listens", "parca+http://127.0.0.1:1?job=checkout", Options{}, []string{"connection refused", "check the address"}},
		{"another kind of store", "pyroscope+" + s.URL + "?job=checkout", Options{}, []string{"(404)", "the scheme names the right kind of store"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := openError(t, tt.arg, tt.o)
			if err == nil {
				t.Fatal("the store was opened")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q lacks %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q has several lines", err)
			}
		})
	}
}

func TestStoreThatFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault func(w http.ResponseWriter, r *http.Request) bool
		want  string // empty if it opens
	}{
		{"slow", func(_ http.ResponseWriter, r *http.Request) bool {
			<-r.Context().Done()
			return true
		}, "try a shorter range with --since"},
		{"no JSON", func(w http.ResponseWriter, _ *http.Request) bool {
			_, _ = io.WriteString(w, "<html>hello</html>")
			return true
		}, "not what this kind of store sends"},
		{"an answer that is cut", func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"types":[`)
			return true
		}, "closed before the end of the response; a proxy, or the store itself"},
		{"half of an answer", func(w http.ResponseWriter, _ *http.Request) bool {
			_, _ = io.WriteString(w, `{"types":[`)
			return true
		}, "closed before the end of the response; a proxy, or the store itself"},
		{"a server error", func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, `{"code":13,"message":"out of \u001b[31mmemory"}`)
			return true
		}, "(500): out of memory"},
		{"all profiles are gone", func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/api/profiles/query" {
				return false
			}
			w.WriteHeader(http.StatusNotFound)
			return true
		}, "most of the profiles could not be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newParca(t, 4, "checkout")
			s.SetFault(tt.fault)
			o := Options{Timeout: patience}
			if tt.name == "slow" {
				o.Timeout = 400 * time.Millisecond
			}
			err := openError(t, "parca+"+s.URL+"?job=checkout", o)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// A store from which some profiles cannot be read is judged by the others, and a diagnostic says so. Opening it a
// second time reads nothing twice.
func TestStoreIsReadOnceAndBounded(t *testing.T) {
	s := newParca(t, 200, "checkout")
	parsed, err := target.Parse("parca+" + s.URL + "?job=checkout")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Since: 300 * time.Hour, CacheDir: t.TempDir(), FullSpeed: true}
	for _, name := range []string{"first", "second"} {
		s.Profiles.Store(0)
		src, err := Open(t.Context(), parsed, o)
		if err != nil {
			t.Fatal(err)
		}
		diagnostics := src.(*Recorded).feed.diagnostics()
		if !hasCode(diagnostics, profile.CodeShortRetention) || !hasCode(diagnostics, profile.CodeAssumedRate) {
			t.Errorf("%s: got diagnostics %v", name, diagnostics)
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
		switch n := s.Profiles.Load(); {
		case name == "first" && (n < 100 || n > store.MaxProfiles):
			t.Errorf("got %d profiles read, want at most %d", n, store.MaxProfiles)
		case name == "second" && n > 10: // the end of the range has moved
			t.Errorf("got %d profiles read again", n)
		}
	}
}

func hasCode(all []profile.Diagnostic, code profile.Code) bool {
	for _, d := range all {
		if d.Code == code {
			return true
		}
	}
	return false
}

// openOutbox returns an outbox of the store that an argument names.
func openOutbox(t *testing.T, arg string) *Outbox {
	t.Helper()
	parsed, err := target.Parse(arg)
	if err != nil {
		t.Fatal(err)
	}
	sink, err := NewSink(parsed, Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := sink.NewOutbox(t.TempDir(), "localhost:6060", func() {})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Profiles that a store cannot accept for a while are sent later, in order. Polls with the same content are sent
// once.
func TestOutboxOutlivesAnOutage(t *testing.T) {
	s := parcatest.NewServer()
	t.Cleanup(s.Close)
	refused := make(chan struct{}, 100)
	s.SetFault(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusServiceUnavailable)
		refused <- struct{}{}
		return true
	})
	out := openOutbox(t, "parca+"+s.URL+"?job=checkout")
	at := time.Now().Add(-time.Hour)
	service := &simulated.Service{Start: at, Stacks: 5}
	out.Add(Facts{profile.Facts{Module: "example.com/shop", Version: "v1.9"}})
	for i := range 6 {
		moment := at.Add(time.Duration(i/2*2) * time.Second) // two polls of each have the same content
		data := service.Heap(moment)
		out.Add(Capture{profile.Capture{Kind: profile.Heap, Time: moment.Add(time.Duration(i%2) * time.Second), Data: data}})
		clear(data) // a source overwrites it with the next one
	}
	<-refused
	s.SetFault(func(http.ResponseWriter, *http.Request) bool { return false })
	eventually.Holds(t, "three profiles are sent", func() bool { return out.State().Sent == 3 })
	st, err := out.Close(10 * time.Second)
	if err != nil || st.Sent != 3 || st.Dropped != 0 {
		t.Errorf("got %+v, %v; want 3 sent, none dropped", st, err)
	}
	kept := s.In(store.Window{})
	if len(kept) != 12 {
		t.Fatalf("got %d samples in the store, want 4 types of 3 profiles", len(kept))
	}
	l := kept[0].Labels
	for name, want := range map[string]string{"job": "checkout", "instance": "localhost:6060", "version": "v1.9"} {
		if l.Value(name) != want {
			t.Errorf("label %s: got %q, want %q", name, l.Value(name), want)
		}
	}
}

// Profiles for a store that never responds are dropped in the end, and counted.
func TestOutboxCountsWhatIsLost(t *testing.T) {
	s := parcatest.NewServer()
	t.Cleanup(s.Close)
	s.SetFault(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"code": 3, "message": "too old"})
		return true
	})
	out := openOutbox(t, "parca+"+s.URL)
	at := time.Now()
	service := &simulated.Service{Start: at.Add(-time.Hour), Stacks: 5}
	for i := range 2 {
		moment := at.Add(time.Duration(i) * time.Second)
		out.Add(Capture{profile.Capture{Kind: profile.Heap, Time: moment, Data: service.Heap(moment)}})
	}
	st, err := out.Close(10 * time.Second)
	if err != nil || st.Sent != 0 || st.Dropped != 2 || st.Err == nil || !strings.Contains(st.Err.Error(), "too old") {
		t.Errorf("got %+v, %v; want 2 dropped, with the reason", st, err)
	}
}

// Profiles that arrive in a store while it is shown are appended.
func TestStoreIsFollowed(t *testing.T) {
	s := newParca(t, 4, "checkout")
	parsed, err := target.Parse("parca+" + s.URL + "?job=checkout")
	if err != nil {
		t.Fatal(err)
	}
	src, err := Open(t.Context(), parsed, Options{CacheDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.Close() }()
	r := src.(*Recorded)
	r.feed.every = 10 * time.Millisecond
	before := len(r.Steps())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.Follow(ctx)
	}()
	at := time.Now().Truncate(time.Millisecond)
	service := &simulated.Service{Start: at.Add(-100 * time.Hour), Stacks: 20}
	if err := s.Add("memory", store.Labels{{Name: "job", Value: "checkout"}, {Name: "pod", Value: "checkout-0"}}, service.Heap(at)); err != nil {
		t.Fatal(err)
	}
	<-r.Added()
	cancel()
	<-ended
	steps := r.Steps()
	if len(steps) != before+1 || steps[before].Kind != profile.Heap || !steps[before].Time.Equal(at) {
		t.Fatalf("got %d steps added, the last one %+v", len(steps)-before, steps[len(steps)-1])
	}
	if m, err := r.ReadStep(steps[before]); err != nil {
		t.Errorf("read the new profile: %v", err)
	} else if _, ok := m.(Capture); !ok {
		t.Errorf("got a new step of type %T", m)
	}
}

// Each kind of store that can be parsed can also be opened and read, so the tables agree.
func TestStoreTablesAgree(t *testing.T) {
	opened := map[string]bool{}
	for _, row := range openerTable {
		opened[row.scheme] = true
	}
	for scheme, newClient := range newStoreClient {
		if !opened[scheme] {
			t.Errorf("%s is in newStoreClient and not in openerTable", scheme)
		}
		if newClient(nil) == nil {
			t.Errorf("%s has no client", scheme)
		}
	}
	for _, row := range openerTable {
		isStore := (target.Target{Scheme: row.scheme}).IsStore()
		if fromTable := reflect.ValueOf(row.open).Pointer() == reflect.ValueOf(openStore).Pointer(); fromTable != isStore {
			t.Errorf("%s: opened as a store %v, is a store %v", row.scheme, fromTable, isStore)
		}
		if newStoreClient[row.scheme] == nil == isStore {
			t.Errorf("%s: has a client %v, is a store %v", row.scheme, !isStore, isStore)
		}
	}
}

// A store that gets no profiles is reported as silent. How soon depends on the usual time between profiles.
func TestStoreSaysWhatIsWrongWithItsTime(t *testing.T) {
	for _, tt := range []struct {
		name     string
		age, gap time.Duration // age of the newest profile, and time between two
		code     profile.Code  // when it is opened
		then     time.Duration // age of a profile that arrives later
		want     []Message
	}{
		{"fresh", time.Minute, 10 * time.Minute, "", 0, nil},
		{"rare profiles", 2 * time.Hour, time.Hour, "", 0, nil},
		{"silent", time.Hour, 10 * time.Minute, profile.CodeStoreSilent, time.Second, []Message{Resolved{profile.CodeStoreSilent}}},
		{"behind", 2 * time.Hour, 10 * time.Minute, profile.CodeStoreSilent, 90 * time.Minute, []Message{Resolved{profile.CodeStoreSilent}, Diagnostic{}}},
		{"ahead", -10 * time.Minute, 10 * time.Minute, profile.CodeClockSkew, time.Second - 11*time.Minute, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := parcatest.NewServer()
			t.Cleanup(s.Close)
			newest := time.Now().Add(-tt.age).Truncate(time.Second)
			service := &simulated.Service{Start: newest.Add(-100 * time.Hour), Stacks: 5}
			add := func(at time.Time) {
				if err := s.Add("memory", store.Labels{{Name: "job", Value: "checkout"}}, service.Heap(at)); err != nil {
					t.Fatal(err)
				}
			}
			for i := range 6 {
				add(newest.Add(-time.Duration(i) * tt.gap))
			}
			parsed, err := target.Parse("parca+" + s.URL + "?job=checkout")
			if err != nil {
				t.Fatal(err)
			}
			src, err := Open(t.Context(), parsed, Options{CacheDir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = src.Close() }()
			f := src.(*Recorded).feed
			if f.opened.Code != tt.code || tt.code != "" && !hasCode(f.diagnostics(), tt.code) {
				t.Fatalf("opened: got %v, want %q", f.opened, tt.code)
			}
			if tt.then == 0 {
				return
			}
			add(time.Now().Add(-tt.then))
			if items, err := f.history.Follow(t.Context()); err != nil || len(items) != 1 {
				t.Fatalf("got %d new items, %v", len(items), err)
			}
			got := f.freshnessItems()
			if len(got) != len(tt.want) {
				t.Fatalf("got %v, want %v", got, tt.want)
			}
			for i, want := range tt.want {
				if d, ok := got[i].Message.(Diagnostic); ok && d.Code == profile.CodeClockSkew {
					continue
				}
				if got[i].Message != want {
					t.Errorf("got %v, want %v", got[i].Message, want)
				}
			}
		})
	}
}
