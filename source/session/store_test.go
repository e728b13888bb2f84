package session_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/parca/parcatest"
	"github.com/leaktop/leaktop/source/store/pyroscope/pyroscopetest"
)

// aStore is a store that the tests of stores run against.
type aStore struct {
	name   string
	scheme string
	url    string
	label  string // that names a service
}

// stores returns the fakes, and the real server that LEAKTOP_PARCA names.
func stores(t *testing.T) []aStore {
	t.Helper()
	parca := parcatest.NewServer()
	t.Cleanup(parca.Close)
	pyroscope := pyroscopetest.NewServer("")
	t.Cleanup(pyroscope.Close)
	all := []aStore{
		{"fake Parca", "parca", parca.URL, "job"},
		{"fake Pyroscope", "pyroscope", pyroscope.URL, "service_name"},
	}
	if url := os.Getenv("LEAKTOP_PARCA"); url != "" {
		all = append(all, aStore{"Parca", "parca", url, "job"})
	}
	return all
}

// target returns the argument that names a service in the store.
func (s aStore) target(service string) string {
	return s.scheme + "+" + s.url + "?" + url.Values{s.label: {service}}.Encode()
}

// write writes the profiles of a service to the store, and to a recording if there is one.
func (s aStore) write(t *testing.T, service *simulated.Service, name string, times []time.Time, to *recording.Writer) {
	t.Helper()
	s.writeAs(t, service, name, times, to)
}

// writeAs is like write, with more labels.
func (s aStore) writeAs(t *testing.T, service *simulated.Service, name string, times []time.Time, to *recording.Writer, more ...store.Label) {
	t.Helper()
	target, err := source.ParseTarget(s.scheme + "+" + s.url)
	if err != nil {
		t.Fatal(err)
	}
	sink, err := source.NewSink(target, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sink.Close() }()
	labels := append(store.Labels{{Name: s.label, Value: name}, {Name: "instance", Value: name + ":6060"}}, more...)
	for _, at := range times {
		for kind, data := range map[profile.Kind][]byte{profile.Heap: service.Heap(at), profile.Goroutine: service.Goroutine(at)} {
			c := profile.Capture{Kind: kind, Time: at, Data: data}
			if err := sink.Write(t.Context(), labels, c); err != nil {
				t.Fatal(err)
			}
			if to != nil {
				if err := to.Append(c); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// every returns the times of a range.
func every(from, to time.Time, gap time.Duration) (out []time.Time) {
	for t := from; !t.After(to); t = t.Add(gap) {
		out = append(out, t)
	}
	return out
}

// uniqueName names a service that a real store has not kept from another run.
func uniqueName(prefix string) string {
	return prefix + "-" + strconv.FormatInt(time.Now().UnixNano()%1e9, 36)
}

// judge opens a target, reads all of it and returns the last state.
func judge(t *testing.T, arg string, o source.Options) session.State {
	t.Helper()
	target, err := source.ParseTarget(arg)
	if err != nil {
		t.Fatal(err)
	}
	o.FullSpeed = true
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	src, err := source.Open(ctx, target, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}()
	s := session.NewRecorded(src)
	go func() {
		for range s.Updates() { //nolint:revive // only the last counts
		}
	}()
	if err := s.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return s.State()
}

// leaky is a service whose cart leaks 12 MB an hour since ten hours before end.
func leaky(end time.Time) *simulated.Service {
	return &simulated.Service{Start: end.Add(-60 * time.Hour), Stacks: 120, Leak: 12 << 20, LeakFrom: end.Add(-10 * time.Hour)}
}

const guilty = "example.com/shop/cart.(*Cache).Put"

// What a store gives back is judged like the recording of the same profiles.
func TestStoreGivesTheSameVerdictAsARecording(t *testing.T) {
	for _, s := range stores(t) {
		t.Run(s.name, func(t *testing.T) {
			end := time.Now().Add(-time.Minute).Truncate(time.Second)
			file := filepath.Join(t.TempDir(), "days.tar")
			w, err := recording.Create(file, recording.Options{Target: "checkout", Started: end.Add(-24 * time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			name := uniqueName("checkout")
			s.write(t, leaky(end), name, every(end.Add(-24*time.Hour), end, 15*time.Minute), w)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			recorded := judge(t, file, source.Options{})
			kept := judge(t, s.target(name), source.Options{Since: 25 * time.Hour, CacheDir: t.TempDir()})
			if recorded.Report.Verdict != leak.Leaks {
				t.Fatalf("the recording is judged %q", recorded.Report.Verdict)
			}
			if kept.Report.Verdict != recorded.Report.Verdict {
				t.Fatalf("the store is judged %q, the recording %q", kept.Report.Verdict, recorded.Report.Verdict)
			}
			a, b := recorded.Report.Suspects[0], kept.Report.Suspects[0]
			if a.Function != b.Function || b.Function != guilty {
				t.Errorf("the store's suspect is %s, the recording's %s", b.Function, a.Function)
			}
			if b.GrowthPerHour < 0.9*a.GrowthPerHour || b.GrowthPerHour > 1.1*a.GrowthPerHour {
				t.Errorf("the store's rate is %.0f B/h, the recording's %.0f", b.GrowthPerHour, a.GrowthPerHour)
			}
			if !hasCode(kept, profile.CodeAssumedRate) {
				t.Errorf("nothing says that the sampling rate is assumed: %v", kept.Diagnostics)
			}
		})
	}
}

func hasCode(st session.State, code profile.Code) bool {
	for _, d := range st.Diagnostics {
		if d.Code == code {
			return true
		}
	}
	return false
}
