package leak

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// observedHeap returns the series of a function from "seconds:live/allocated" in MB, recorded from services with small
// objects, of which each sample stands for 512 KiB.
func observedHeap(t *testing.T, text string) profile.Group {
	t.Helper()
	g := profile.Group{Kind: profile.Heap, Blame: put, Stacks: []*profile.Stack{stackOf(put, put)}}
	for _, f := range strings.Fields(text) {
		var sec, live, allocated float64
		if _, err := fmt.Sscanf(f, "%f:%f/%f", &sec, &live, &allocated); err != nil {
			t.Fatal(err)
		}
		g.Points = append(g.Points, profile.GroupPoint{
			Time: profile.InstantOf(at(sec)), Value: int64(live * 1e6), AllocSpace: int64(allocated * 1e6), Raw: live * 1e6 / samplingRate, RawAlloc: allocated * 1e6 / samplingRate,
			Objects: int64(live * 1e3), AllocObjects: int64(allocated * 1e3),
		})
	}
	return g
}

// TestFewSamples checks the description of recorded growth by a few dozen sampled objects: steps caused by sampling are
// neither bursts nor frees, and slower growth is not level.
func TestFewSamples(t *testing.T) {
	for _, tt := range []struct {
		name, series string
		want         []Shape
	}{
		{
			"a map of programs", "0:0.5/1.6 4:0.5/3.2 8:1.0/5.3 12:1.0/6.3 17:1.6/7.9 19:2.1/11.0 21:2.6/12.6 26:3.1/14.2 30:3.1/15.8 34:3.1/20.0 39:4.2/22.0 43:4.2/23.1 47:5.3/25.7 " +
				"51:5.3/26.8 55:5.3/28.4 59:5.3/31.0 63:5.3/31.0 66:5.3/32.6 71:5.3/34.7 74:5.3/35.2 76:5.8/36.8 79:5.8/39.4 84:5.8/41.5 90:6.3/44.6 92:5.8/44.6 95:6.8/47.8 98:7.3/49.4 " +
				"104:7.3/53.0 107:7.3/56.2 118:9.4/63.5 122:9.4/67.2",
			[]Shape{ShapeRising, ShapeSuspect},
		},
		{
			"a map beside a large heap", "0:0/0 8:0/0 15:0/0 24:0/0 33:0/0 42:0/0 50:0/0 58:0/0 64:0/0 68:1.1/1.1 74:1.1/1.1 82:1.1/1.1 88:1.1/1.1 94:2.1/2.1 97:2.1/2.1 99:2.6/2.6 105:2.6/2.6 " +
				"109:2.6/2.6 113:2.6/2.6 119:2.6/2.6 123:3.2/3.2 127:2.6/3.2 129:2.6/3.2 132:2.1/3.2 136:2.1/3.2 141:2.1/3.2 148:2.1/3.2",
			[]Shape{ShapeNoise},
		},
		{
			"slower at the end", "0:0/2.7 8:2.7/14.9 12:4.3/18.7 18:7/25.1 24:10.1/36.8 30:12.8/47 36:15.5/55.5 42:18.3/64.1 48:21.4/75.8 54:24.8/85 60:27.4/95 66:30/109 72:33.4/121 " +
				"78:36/132 84:39/143 90:42/157 96:44.6/165 102:45.6/172 108:46.6/180 114:47.6/190 120:48.6/198 124:49.3/205",
			[]Shape{ShapeRising, ShapeSuspect, ShapeSlowing},
		},
	} {
		g := observedHeap(t, tt.series)
		s := newSeries(&g, began)
		if got := s.judgeMoment().shape; !slices.Contains(tt.want, got) {
			t.Errorf("%s: got %s, want one of %v", tt.name, got, tt.want)
		}
	}
}

// TestSawIsNotCalm checks that a heap whose garbage was collected does not count as one that did not move, because
// growth may have replaced the garbage.
func TestSawIsNotCalm(t *testing.T) {
	in := Input{Now: at(120), Start: began, Memory: readings(120, func(s float64) uint64 { return uint64(100<<20 + int(s)*1024) })}
	v := Coverage{Distinct: 1, Polled: at(120)}
	if !in.isCalm(v) {
		t.Error("constant: is not calm")
	}
	in.Now = at(300)
	if in.isCalm(v) {
		t.Error("known as of three minutes ago: is calm")
	}
	in.Now, in.Memory = at(120), readings(120, func(s float64) uint64 { return uint64(100<<20 + (int(s)+1)%60*(1<<20)) })
	if in.isCalm(v) {
		t.Error("a saw: is calm")
	}
}

func readings(seconds float64, heap func(s float64) uint64) (out []memory.Reading) {
	for s := 0.0; s <= seconds; s += 2 {
		out = append(out, memory.Reading{Time: at(s), HeapAlloc: heap(s)})
	}
	return out
}
