package session_test

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source"
)

// Over a long range, the number of scrapes between two totals varies. Totals that a
// store sums up or keeps as differences are not taken for restarts.
func TestStoreWithScrapesCloseTogether(t *testing.T) {
	for _, s := range namedStores(t, partialParca, deltaPyroscope) {
		t.Run(s.name, func(t *testing.T) {
			end := time.Now().Add(-time.Minute).Truncate(time.Second)
			from := end.Add(-100 * time.Minute)
			service := &simulated.Service{Start: end.Add(-60 * time.Hour), Stacks: 10, Leak: 60 << 20, LeakFrom: end.Add(-80 * time.Minute)}
			name := uniqueName("scraped")
			s.writeProfiles(t, service, name, timesBetween(from, end, 25*time.Second), nil)
			st := judgeTarget(t, s.targetOf(name), source.Options{Since: 48 * time.Hour, CacheDir: t.TempDir()})
			for _, e := range st.Events {
				if e.Kind == profile.EventRestart {
					t.Errorf("got a restart at %v: %s", e.Time, e.Text)
				}
			}
			if st.Report.Verdict != leak.Leaks || st.Report.Suspects[0].Function != guilty {
				t.Errorf("got verdict %q, want that %s leaks", st.Report.Verdict, guilty)
			}
		})
	}
}
