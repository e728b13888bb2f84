package memory

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const mib = 1 << 20

// service is a service of 100 MiB: Sys is the sum of its parts.
var service = Reading{
	HeapAlloc: 40 * mib, HeapInuse: 44 * mib, HeapIdle: 36 * mib, HeapReleased: 20 * mib, HeapSys: 80 * mib,
	StackSys: 8 * mib, MSpanSys: 2 * mib, MCacheSys: 1 * mib, BuckHashSys: 3 * mib, GCSys: 4 * mib, OtherSys: 2 * mib,
	Sys: 100 * mib, RSS: 95 * mib,
}

func TestBreakdown(t *testing.T) {
	tests := []struct {
		name string
		r    Reading
		live uint64
		want map[string]uint64 // MiB
	}{
		{"whole", service, 30 * mib, map[string]uint64{
			LiveHeap: 30, Garbage: 10, Fragments: 4, Idle: 16, Stacks: 8, Runtime: 12, Outside: 15, Released: 20,
		}},
		{"live heap by sampling above HeapAlloc", service, 50 * mib, map[string]uint64{
			LiveHeap: 40, Garbage: 0, Fragments: 4, Idle: 16, Stacks: 8, Runtime: 12, Outside: 15, Released: 20,
		}},
		{"pages never touched", with(service, func(r *Reading) { r.RSS = 70 * mib }), 30 * mib, map[string]uint64{
			LiveHeap: 30, Garbage: 10, Fragments: 4, Idle: 16, Stacks: 8, Runtime: 12, Outside: 0, Untouched: 10, Released: 20,
		}},
		{"RSS not known", with(service, func(r *Reading) { r.RSS, r.MaxRSS = 0, 99*mib }), 30 * mib, map[string]uint64{
			LiveHeap: 30, Garbage: 10, Fragments: 4, Idle: 16, Stacks: 8, Runtime: 12, Released: 20,
		}},
		{"working set instead of RSS", with(service, func(r *Reading) { r.RSS, r.WorkingSet = 0, 90*mib }), 30 * mib, map[string]uint64{
			LiveHeap: 30, Garbage: 10, Fragments: 4, Idle: 16, Stacks: 8, Runtime: 12, Outside: 10, Released: 20,
		}},
		{"RSS only", Reading{RSS: 50 * mib}, 30 * mib, map[string]uint64{LiveHeap: 30, Unknown: 20}},
		{"live heap only", Reading{}, 30 * mib, map[string]uint64{LiveHeap: 30}},
		{"nothing", Reading{}, 0, map[string]uint64{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := map[string]uint64{}
			for _, p := range Breakdown(tt.r, tt.live) {
				got[p.Name] = p.Bytes / mib
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func with(r Reading, change func(*Reading)) Reading {
	change(&r)
	return r
}

func TestBreakdownExplainsEachPart(t *testing.T) {
	r := with(service, func(r *Reading) { r.RSS = 70 * mib })
	for _, p := range append(Breakdown(r, 1), Breakdown(Reading{RSS: 1}, 1)...) {
		if p.About == "" || p.Advice == "" || strings.HasSuffix(p.About, ".") {
			t.Errorf("part %q has to be explained in one sentence without a full stop: %q, %q", p.Name, p.About, p.Advice)
		}
		if d := sumAmounts(p.Detail); len(p.Detail) > 0 && d != p.Bytes {
			t.Errorf("part %q is %d, its detail %d", p.Name, p.Bytes, d)
		}
	}
}

// Whatever the figures, no part exceeds their sum, as it would after an underflow.
// If the figures are consistent, the resident parts add up to RSS.
func TestBreakdownNeverNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Uint64Range(0, 1<<40)
		var r Reading
		for _, f := range figures {
			*f.pointer(&r) = size.Draw(t, f.metricName)
		}
		for _, p := range Breakdown(r, size.Draw(t, "live")) {
			if p.Bytes > 5<<40 {
				t.Fatalf("part %q is %d", p.Name, p.Bytes)
			}
		}
	})
}

func TestResidentPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Uint64Range(0, 1<<40)
		r := Reading{HeapAlloc: size.Draw(t, "alloc"), StackSys: size.Draw(t, "stack"), GCSys: size.Draw(t, "gc"), RSS: size.Draw(t, "rss") + 1}
		r.HeapInuse = r.HeapAlloc + size.Draw(t, "gaps")
		r.HeapReleased = size.Draw(t, "released")
		r.HeapIdle = r.HeapReleased + size.Draw(t, "idle")
		r.Sys = r.HeapInuse + r.HeapIdle + r.StackSys + r.GCSys + 1
		r.OtherSys = 1
		var resident, untouched uint64
		for _, p := range Breakdown(r, size.Draw(t, "live")) {
			if p.Resident {
				resident += p.Bytes
			}
			if p.Name == Untouched {
				untouched = p.Bytes
			}
		}
		if resident-untouched != r.RSS {
			t.Fatalf("resident parts %d, never touched %d, RSS %d", resident, untouched, r.RSS)
		}
	})
}
