package session_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/source/sourcetest"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/parca/parcatest"
	"github.com/leaktop/leaktop/source/store/pyroscope/pyroscopetest"
)

// storeCase is a store that the store tests run against.
type storeCase struct {
	name   string
	scheme string
	url    string
	label  string // name of the label that identifies a service
}

// Names of the fakes.
const (
	fakeParca      = "fake Parca"
	partialParca   = "fake Parca with partial sums"
	fakePyroscope  = "fake Pyroscope"
	deltaPyroscope = "fake Pyroscope with deltas"
)

// storeCases returns the fakes and, if LEAKTOP_PARCA names one, a real server.
func storeCases(t *testing.T) []storeCase {
	t.Helper()
	parca := parcatest.NewServer()
	t.Cleanup(parca.Close)
	pyroscope := pyroscopetest.NewServer("")
	t.Cleanup(pyroscope.Close)
	partial := parcatest.NewServer()
	partial.HasPartialSums.Store(true)
	t.Cleanup(partial.Close)
	deltas := pyroscopetest.NewServer("")
	deltas.KeepsDeltas = true
	t.Cleanup(deltas.Close)
	all := []storeCase{
		{fakeParca, "parca", parca.URL, "job"},
		{partialParca, "parca", partial.URL, "job"},
		{fakePyroscope, "pyroscope", pyroscope.URL, "service_name"},
		{deltaPyroscope, "pyroscope", deltas.URL, "service_name"},
	}
	if url := os.Getenv("LEAKTOP_PARCA"); url != "" {
		all = append(all, storeCase{"Parca", "parca", url, "job"})
	}
	return all
}

// namedStores returns the stores of storeCases with these names, or all of them if tests try every case.
func namedStores(t *testing.T, names ...string) []storeCase {
	t.Helper()
	return slices.DeleteFunc(storeCases(t), func(s storeCase) bool {
		return !eventually.IsFull() && os.Getenv("LEAKTOP_PARCA") == "" && !slices.Contains(names, s.name)
	})
}

// targetOf returns the argument that selects a service in the store.
func (s storeCase) targetOf(service string) string {
	return s.scheme + "+" + s.url + "?" + url.Values{s.label: {service}}.Encode()
}

// writeProfiles writes the profiles of a service to the store and, unless to is nil, to a recording.
func (s storeCase) writeProfiles(t *testing.T, service *simulated.Service, name string, times []time.Time, to *recording.Writer) {
	t.Helper()
	s.writeAs(t, service, name, times, to)
}

// writeAs is writeProfiles with additional labels.
func (s storeCase) writeAs(t *testing.T, service *simulated.Service, name string, times []time.Time, to *recording.Writer, more ...store.Label) {
	t.Helper()
	parsed := sourcetest.Parse(t, s.scheme+"+"+s.url)
	sink, err := source.NewSink(parsed, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sink.Close() }()
	labels := append(store.Labels{{Name: s.label, Value: name}, {Name: "instance", Value: name + ":6060"}}, more...)
	for _, at := range times {
		for kind, data := range map[profile.Kind][]byte{profile.Heap: service.Heap(at), profile.Goroutine: service.Goroutine(at)} {
			c := profile.Capture{Kind: kind, Time: at, Data: data}
			var err error // a real server may be busy
			if !eventually.Wait(func() bool { err = sink.Write(t.Context(), labels, c); return err == nil }) {
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

// timesBetween returns the times in a range, gap apart.
func timesBetween(from, to time.Time, gap time.Duration) (out []time.Time) {
	for t := from; !t.After(to); t = t.Add(gap) {
		out = append(out, t)
	}
	return out
}

// uniqueName returns a service name that a real store does not have from an earlier run.
func uniqueName(prefix string) string {
	return prefix + "-" + strconv.FormatInt(time.Now().UnixNano()%1e9, 36)
}

// judgeTarget opens a target, reads all of it and returns the last state.
func judgeTarget(t *testing.T, arg string, o source.Options) session.State {
	t.Helper()
	parsed := sourcetest.Parse(t, arg)
	o.FullSpeed = true
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	src, err := source.Open(ctx, parsed, o)
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

const guilty = "example.com/shop/cart.(*Cache).Put"

// Profiles read from a store get the same verdict as a recording of the same profiles: over days, and
// over a few minutes within the requested days.
func TestStoreGivesTheSameVerdictAsARecording(t *testing.T) {
	for _, s := range storeCases(t) {
		for _, span := range []struct {
			length, gap time.Duration
			leak        float64 // bytes per hour
		}{
			{24 * time.Hour, 15 * time.Minute, 12 << 20},
			{150 * time.Second, 3 * time.Second, 4 << 30},
		} {
			if isOther := s.name == partialParca || s.name == deltaPyroscope; isOther && span.length > time.Hour && !eventually.IsFull() {
				continue
			}
			t.Run(s.name+" "+span.length.String(), func(t *testing.T) {
				end := time.Now().Add(-time.Minute).Truncate(time.Second)
				service := &simulated.Service{Start: end.Add(-60 * time.Hour), Stacks: 20, Leak: span.leak, LeakFrom: end.Add(-min(span.length, 10*time.Hour))}
				checkSameVerdict(t, s, service, timesBetween(end.Add(-span.length), end, span.gap))
			})
		}
	}
}

// checkSameVerdict writes the profiles of a service to a store and to a recording, and
// compares the verdicts on both.
func checkSameVerdict(t *testing.T, s storeCase, service *simulated.Service, times []time.Time) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "days.tar")
	w, err := recording.Create(file, recording.Options{Target: "checkout", Started: times[0]})
	if err != nil {
		t.Fatal(err)
	}
	name := uniqueName("checkout")
	s.writeProfiles(t, service, name, times, w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	recorded := judgeTarget(t, file, source.Options{})
	kept := judgeTarget(t, s.targetOf(name), source.Options{Since: 48 * time.Hour, CacheDir: t.TempDir()})
	if recorded.Report.Verdict != leak.Leaks {
		t.Fatalf("got verdict %q for the recording", recorded.Report.Verdict)
	}
	if kept.Report.Verdict != recorded.Report.Verdict {
		t.Fatalf("got verdict %q for the store, want the recording's %q", kept.Report.Verdict, recorded.Report.Verdict)
	}
	a, b := recorded.Report.Suspects[0], kept.Report.Suspects[0]
	if a.Function != b.Function || b.Function != guilty {
		t.Errorf("got the store's suspect %s, want the recording's %s", b.Function, a.Function)
	}
	if b.GrowthPerHour < 0.9*a.GrowthPerHour || b.GrowthPerHour > 1.1*a.GrowthPerHour {
		t.Errorf("got the store's rate %.0f B/h, want the recording's %.0f", b.GrowthPerHour, a.GrowthPerHour)
	}
	if !hasCode(kept, profile.CodeAssumedRate) {
		t.Errorf("no diagnostic says that the sampling rate is assumed: %v", kept.Diagnostics)
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
