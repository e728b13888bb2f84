package session_test

import (
	"cmp"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/store"
)

// TestStoreInTime writes 48 hours of a service with LEAKTOP_STACKS stacks to the server at
// LEAKTOP_PARCA, and prints how long it takes to judge them. LEAKTOP_SERVICE selects a
// service that an earlier run has written; LEAKTOP_GAP is the time between two profiles.
func TestStoreInTime(t *testing.T) {
	stacks, _ := strconv.Atoi(os.Getenv("LEAKTOP_STACKS"))
	if os.Getenv("LEAKTOP_PARCA") == "" || stacks == 0 {
		t.Skip("LEAKTOP_PARCA and LEAKTOP_STACKS are not set")
	}
	all := storeCases(t)
	s := all[len(all)-1]
	name := os.Getenv("LEAKTOP_SERVICE")
	if name == "" {
		name = uniqueName("speed")
		end := onsetEnd()
		from, began := end.Add(-48*time.Hour), end.Add(-20*time.Hour-17*time.Minute)
		service := &simulated.Service{Start: from.Add(-time.Hour), Stacks: stacks, Leak: 12 << 20, LeakFrom: began, Goroutines: 20, Seed: 7}
		gap, err := time.ParseDuration(cmp.Or(os.Getenv("LEAKTOP_GAP"), "10m"))
		if err != nil {
			t.Fatal(err)
		}
		at := time.Now()
		s.writeAs(t, service, name, timesBetween(from, end, gap), nil, store.Label{Name: "version", Value: "v1.8"})
		t.Logf("wrote %s in %v; growth began %v", name, time.Since(at), began)
	}
	at := time.Now()
	st := judgeTarget(t, s.targetOf(name), source.Options{Since: 60 * time.Hour, CacheDir: t.TempDir()})
	t.Logf("judged in %v: %s, %d profiles", time.Since(at), st.Report.Verdict, st.Polls)
	for _, x := range st.Report.Suspects {
		t.Logf("%s, %+v", x.Sentence, x.Onset)
	}
}
