package leak

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// The garbage from judging heaps that go up and down depends on the number of
// series, not of points: with a poll every 2 s it would be 8 MB per poll after ten
// minutes.
func TestJudgingLeavesLittleGarbage(t *testing.T) {
	const groups, points = 20, 300
	in := Input{Start: began, Now: began.Add(2 * points * time.Second), Moments: &Moments{}}
	for k := range groups {
		g := profile.Group{Kind: profile.Heap, Blame: &profile.Function{Name: "shop.Put" + string(rune('a'+k))}}
		for i := range points {
			n := int64(1000 + (i*i*7+k*13)%400)
			g.Points = append(g.Points, profile.GroupPoint{
				Time: profile.InstantOf(began.Add(time.Duration(2*i) * time.Second)), Value: n << 13, Objects: n, Raw: float64(n) / 64,
				AllocSpace: int64(i) << 22, AllocObjects: int64(i) << 9, RawAlloc: float64(8 * i),
			})
		}
		in.Heap = append(in.Heap, g)
	}
	Judge(in)
	got := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Judge(in)
		}
	}).AllocedBytesPerOp()
	t.Logf("%d bytes a series", got/groups)
	if got > groups*points*16*7 {
		t.Errorf("a judgment of %d series of %d points leaves %d bytes of garbage", groups, points, got)
	}
}
