package session

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
)

// TestTotalGrowsLikeItsParts checks that no function grows faster than the total, unless it
// certainly does because others shrink.
func TestTotalGrowsLikeItsParts(t *testing.T) {
	for _, name := range []string{"growing-slice", "kept-under-churn", "stuck-send", "unclosed-body", "growing-array"} {
		s, raised := New(silentSource{}), 0
		for _, c := range readCaptures(t, name) {
			s.Ingest(source.Capture{Capture: c})
			st := s.State()
			for kind, line := range map[profile.Kind]profile.Line{profile.Heap: st.Heap, profile.Goroutine: st.Goroutines} {
				total, ok := st.GrowthPerHour(kind, time.Hour)
				if seg := lastSegment(line); ok && total > leak.RateOfLine(seg, seg[len(seg)-1].Time.Add(-time.Hour)).PerHour {
					raised++
				}
				for i := range st.Groups {
					g := &st.Groups[i]
					e := st.Report.Group(g)
					if ok && g.Kind == kind && !e.Shape.IsHarmless() && e.Rate.IsCertain() && e.Rate.PerHour > total && e.Rate.Low <= total {
						t.Errorf("%s: %s grows by %.4g/h (at least %.4g), the whole by %.4g", name, g.Blame.Name, e.Rate.PerHour, e.Rate.Low, total)
					}
				}
			}
		}
		t.Logf("%s: raised %d times", name, raised)
	}
}
