package session_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/simulated"
)

// TestOnsetRuns writes LEAKTOP_RUNS services that begin to leak at random times to the
// server at LEAKTOP_PARCA, and prints the detected onsets next to the real ones.
func TestOnsetRuns(t *testing.T) {
	runs, _ := strconv.Atoi(os.Getenv("LEAKTOP_RUNS"))
	if os.Getenv("LEAKTOP_PARCA") == "" || runs == 0 {
		t.Skip("LEAKTOP_PARCA and LEAKTOP_RUNS are not set")
	}
	all := storeCases(t)
	s := all[len(all)-1]
	random := rand.New(rand.NewPCG(18, 1)) //nolint:gosec // a simulation
	for i := range runs {
		end := onsetEnd()
		from := end.Add(-48 * time.Hour)
		began := end.Add(-time.Duration((5 + 35*random.Float64()) * float64(time.Hour))).Truncate(time.Second)
		leaked := float64(2+random.IntN(30)) * (1 << 20)
		processes := []storedProcess{{&simulated.Service{Start: from.Add(-time.Hour), Stacks: 60, Leak: leaked, LeakFrom: began, Seed: uint64(i)}, "v1.8"}}
		if i%2 == 1 { // it begins with a rollout
			processes[0].Leak = 0
			processes = append(processes, storedProcess{&simulated.Service{Start: began, Stacks: 60, Leak: leaked, LeakFrom: began, Seed: uint64(i + 100)}, "v1.9"})
		}
		r := judgeStored(t, s, from, end, 20*time.Minute, processes...)
		if len(r.Suspects) == 0 || r.Suspects[0].Onset == nil {
			t.Errorf("run %d: %s, no onset; began %v", i, r.Verdict, began)
			continue
		}
		x := r.Suspects[0]
		o := x.Onset
		with := "none"
		if o.Start != nil {
			with = o.Start.Version + " " + strconv.FormatBool(o.Start.IsNewVersion)
		}
		t.Logf("run %d: began %s, found %s (off by %v, 95%% %s to %s, holds it: %v), start %s; rate %.1f MiB/h of %.1f (%.1f to %.1f)", i,
			began.Format("2 Jan 15:04"), o.Time.Format("2 Jan 15:04"), o.Time.Sub(began).Round(time.Minute), o.Low.Format("2 Jan 15:04"), o.High.Format("2 Jan 15:04"),
			!o.Low.After(began) && !o.High.Before(began), with, x.GrowthPerHour/(1<<20), leaked/(1<<20), x.Low/(1<<20), x.High/(1<<20))
	}
}
