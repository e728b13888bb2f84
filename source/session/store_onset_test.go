package session_test

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/store"
)

// judgeStored writes the profiles of processes to a store, each from its start to the
// start of the next one, and judges what the store returns.
func judgeStored(t *testing.T, s storeCase, from, end time.Time, gap time.Duration, processes ...storedProcess) leak.Report {
	t.Helper()
	name := uniqueName("checkout")
	for i, p := range processes {
		until := end
		if i+1 < len(processes) {
			until = processes[i+1].Start.Add(-gap)
		}
		first := p.Start
		if first.Before(from) {
			first = from
		}
		s.writeAs(t, p.Service, name, timesBetween(first, until, gap), nil, store.Label{Name: "version", Value: p.version})
	}
	return judgeTarget(t, s.targetOf(name), source.Options{Since: end.Sub(from) + time.Hour, CacheDir: t.TempDir()}).Report
}

type storedProcess struct {
	*simulated.Service
	version string
}

func onsetEnd() time.Time { return time.Now().Add(-time.Minute).Truncate(time.Second) }

func TestOnsetWithinAProcess(t *testing.T) {
	for _, s := range namedStores(t, deltaPyroscope) {
		t.Run(s.name, func(t *testing.T) {
			end := onsetEnd()
			from, began := end.Add(-48*time.Hour), end.Add(-20*time.Hour-17*time.Minute)
			r := judgeStored(t, s, from, end, 20*time.Minute, storedProcess{&simulated.Service{Start: from.Add(-time.Hour), Stacks: 20, Leak: 12 << 20, LeakFrom: began, Seed: 7}, "v1.8"})
			if len(r.Suspects) == 0 || r.Suspects[0].Onset == nil {
				t.Fatalf("got no onset: %v", r.Suspects)
			}
			o := r.Suspects[0].Onset
			if o.IsBefore || o.Start != nil || o.Low.After(began) || o.High.Before(began) || o.Time.Sub(began).Abs() > 2*time.Hour {
				t.Errorf("got onset %v (%v to %v), with %+v, before %v; want %v", o.Time, o.Low, o.High, o.Start, o.IsBefore, began)
			}
		})
	}
}

func TestOnsetWithAVersion(t *testing.T) {
	for _, s := range namedStores(t, partialParca, deltaPyroscope) {
		t.Run(s.name, func(t *testing.T) {
			end := onsetEnd()
			from, rollout := end.Add(-48*time.Hour), end.Add(-22*time.Hour)
			r := judgeStored(t, s, from, end, 20*time.Minute,
				storedProcess{&simulated.Service{Start: from.Add(-time.Hour), Stacks: 20, Seed: 8}, "v1.8"},
				storedProcess{&simulated.Service{Start: rollout, Stacks: 20, Leak: 12 << 20, LeakFrom: rollout, Goroutines: 30, Seed: 9}, "v1.9"})
			if r.Verdict != leak.Leaks || len(r.Suspects) < 2 {
				t.Fatalf("%s, %v", r.Verdict, r.Suspects)
			}
			for _, x := range r.Suspects {
				o := x.Onset
				if o == nil {
					t.Errorf("%s has no onset", x.Label())
					continue
				}
				if o.IsBefore || o.Start == nil || !o.IsWith || o.Start.Version != "v1.9" || !o.Start.IsNewVersion || o.Start.Time.Sub(rollout).Abs() > 20*time.Minute {
					t.Errorf("%s began %+v with %+v, want the rollout of v1.9 at %v", x.Label(), o, o.Start, rollout)
				}
			}
		})
	}
}

func TestOnsetBeforeThereAreProfiles(t *testing.T) {
	s := storeCases(t)[0]
	end := onsetEnd()
	from := end.Add(-48 * time.Hour)
	r := judgeStored(t, s, from, end, 20*time.Minute,
		storedProcess{&simulated.Service{Start: from.Add(-time.Hour), Stacks: 20, Leak: 12 << 20, LeakFrom: from.Add(-time.Hour), Seed: 8}, "v1.8"})
	if len(r.Suspects) == 0 || r.Suspects[0].Onset == nil || !r.Suspects[0].Onset.IsBefore {
		t.Fatalf("%+v", r.Suspects)
	}
}

// If every process of a version leaks in the same way, growth began before the first
// one.
func TestOnsetOverRestarts(t *testing.T) {
	s := storeCases(t)[0]
	end := onsetEnd()
	from := end.Add(-48 * time.Hour)
	bad := from.Add(16 * time.Hour)
	restarts := []time.Time{bad, from.Add(26 * time.Hour), from.Add(37 * time.Hour)}
	r := judgeStored(t, s, from, end, 20*time.Minute,
		storedProcess{&simulated.Service{Start: from.Add(-time.Hour), Starts: restarts, Stacks: 20, Leak: 12 << 20, LeakFrom: bad, Seed: 8}, "v1.8"})
	if len(r.Suspects) == 0 || r.Suspects[0].Onset == nil {
		t.Fatalf("%+v", r.Suspects)
	}
	o := r.Suspects[0].Onset
	if o.IsBefore || o.Start == nil || o.Start.Time.Sub(bad).Abs() > 30*time.Minute || o.Start.IsNewVersion {
		t.Errorf("%+v with %+v, want the restart at %v", o, o.Start, bad)
	}
}
