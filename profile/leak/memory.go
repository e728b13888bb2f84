package leak

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/quantity"
)

// newMemory says how much memory is used and when the limit is reached.
func (c *judgment) newMemory() Memory {
	m := Memory{Limit: c.in.Limit, HeapLive: c.in.heapLive()}
	m.fill(c.in.Memory)
	next := 0.0
	for _, r := range c.in.Memory {
		next = cmp.Or(float64(r.NextGC), next)
	}
	var rate, below, above float64 // bytes per hour of the whole process, and the square of its error
	for _, f := range c.findings {
		if f.confidence == Low && f.heldBy == nil {
			continue
		}
		bytes := 0.0
		switch f.kind {
		case Heap:
			bytes = f.perHour() * c.in.garbageFactor(next, m.HeapLive)
		case Goroutine:
			bytes = f.perHour() * GoroutineBytes
			if f.holds > 0 {
				bytes += f.holds * 3600 * c.in.garbageFactor(next, m.HeapLive)
			}
		case OffHeap, Stacks:
			bytes = f.perHour()
		}
		rate += bytes
		if r := f.growth.rate; r.PerSecond > 0 { // the memory that goroutines hold grows with them
			low, high := bytes*(1-r.Low/r.PerSecond), bytes*(r.High/r.PerSecond-1)
			below, above = below+low*low, above+high*high
		}
	}
	m.setTimeToLimit(&c.in, Rate{PerHour: rate, Low: rate - math.Sqrt(below), High: rate + math.Sqrt(above)})
	return m
}

// fill sets the figures from the latest readings that have them, unchanged. If less is
// resident than is live, RSS is left unknown; see [Memory.diagnoseResident].
func (m *Memory) fill(readings []memory.Reading) {
	latest := memory.Latest(readings)
	held := int64(latest.Sys - min(latest.Sys, latest.HeapReleased))
	m.RSS, m.Anon, m.File = int64(latest.RSS), int64(latest.Anon), int64(latest.File)
	switch {
	case latest.WorkingSet > 0:
		m.Charged, m.ChargedFrom = int64(latest.Charged()), FromWorkingSet
	case latest.RSS > 0:
		m.Charged, m.ChargedFrom = int64(latest.Charged()), FromRSS
	case held >= m.HeapLive && held > 0:
		m.Charged, m.ChargedFrom = held, FromGo
	case m.HeapLive > 0:
		m.Charged, m.ChargedFrom = m.HeapLive, FromHeap
	}
	if m.RSS < m.HeapLive {
		m.resident, m.RSS = m.RSS, 0
	}
}

// markUntouched marks the findings whose memory is mostly not resident: live buffers
// that were never written to cost the process nothing yet.
func markUntouched(c *judgment, m Memory) {
	if _, ok := m.diagnoseResident(); !ok {
		return
	}
	for _, f := range c.findings {
		f.isUntouched = 2*float64(m.resident) < f.holds*f.growth.window
	}
}

// diagnoseResident says that less is resident than is live.
func (m *Memory) diagnoseResident() (d profile.Diagnostic, ok bool) {
	return profile.Diagnostic{
		Code: profile.CodeOther, Severity: profile.SeverityInfo,
		What: fmt.Sprintf("only %s of memory is resident, less than the live heap of %s: the rest was never written to, is swapped out, or is sampling error", quantity.BytesRough(float64(m.resident)), quantity.BytesRough(float64(m.HeapLive))),
	}, float64(m.resident) > 0 && float64(m.HeapLive-m.resident) > params.material.heap
}

// diagnoseMappedFiles says that the pages of mapped files grew: they count toward the size
// of the process, but are not a leak.
func diagnoseMappedFiles(all []memory.Reading) (d profile.Diagnostic, ok bool) {
	points := pointsOf(all, func(r memory.Reading) uint64 { return r.File })
	if len(points) == 0 {
		return d, false
	}
	last := float64(points[len(points)-1].Value)
	by := last - float64(points[0].Value)
	return profile.Diagnostic{
		Code: profile.CodeMappedFiles, Severity: profile.SeverityInfo,
		What: fmt.Sprintf("pages of mapped files in the process's memory grew by %s, to %s: the kernel reclaims them when it needs memory%s", quantity.BytesRough(by), quantity.BytesRough(last), describeRemoved(all)),
	}, by >= 2*params.material.offHeap
}

// describeRemoved says that more and more removed files stay mapped; empty if they do not.
func describeRemoved(all []memory.Reading) string {
	points := pointsOf(all, func(r memory.Reading) uint64 { return r.Removed })
	if len(points) == 0 {
		return ""
	}
	last := float64(points[len(points)-1].Value)
	by := last - float64(points[0].Value)
	if by < params.material.offHeap {
		return ""
	}
	return fmt.Sprintf("; %s of mappings, %s more than at first, are of files that were removed, which keep their disk space until they are unmapped: call Munmap", quantity.BytesRough(last), quantity.BytesRough(by))
}

// garbageFactor returns how much the process grows per byte of live-heap growth:
// between collections the heap grows to a multiple of the live heap, twice by
// default (GOGC=100). Close to GOMEMLIMIT the collector runs more often instead.
func (in *Input) garbageFactor(nextGC float64, live int64) float64 {
	if in.GoMemory > 0 || nextGC == 0 || float64(live) < params.material.heap {
		return 1
	}
	return min(max(nextGC/float64(live), 1), 3)
}

// heapLive returns the total of the newest heap profile.
func (in *Input) heapLive() int64 {
	if in.HeapLive > 0 {
		return in.HeapLive
	}
	total := int64(0)
	for i := range in.Heap {
		if p := in.Heap[i].Points; len(p) > 0 {
			total += p[len(p)-1].Value
		}
	}
	return total
}

// growthOf returns the total growth of the groups of a kind in the last seconds:
// the base of the suspects' shares.
func growthOf(groups []profile.Group, seconds float64) float64 {
	total := 0.0
	for i := range groups {
		p := pointsOfWatch(groups[i].Points)
		n := len(p)
		if n < 2 || p[0].Value == p[n-1].Value && p[0].AllocSpace == p[n-1].AllocSpace && groups[i].Kind == profile.Heap {
			continue
		}
		from := p[n-1].Time.Add(-time.Duration(seconds / params.window.nearly * float64(time.Second)))
		j, _ := slices.BinarySearchFunc(p[:n-1], from, func(p profile.GroupPoint, t profile.Instant) int { return p.Time.Compare(t) })
		total += float64(p[n-1].Value - p[j].Value)
	}
	return total
}

// pointsOfWatch returns the points of a group that show what it held during the watch. The
// first profile of a watch shows the heap of the second-to-last collection before it, and the
// second that of the last one: what grew between these two grew before the watch.
func pointsOfWatch(p []profile.GroupPoint) []profile.GroupPoint {
	if len(p) > 1 && p[0].EffectiveTime() == p[0].Time && p[1].AsOf == p[0].Time {
		return p[1:]
	}
	return p
}

// grownIn returns growthOf the groups of a kind, cached: suspects share few
// windows, and there are thousands of groups.
func (c *judgment) grownIn(kind Kind, seconds float64) float64 {
	groups := c.in.Heap
	if kind == Goroutine {
		groups = c.in.Goroutines
	}
	k := growthSpan{kind, seconds}
	if _, ok := c.kindGrowth[k]; !ok {
		c.kindGrowth[k] = growthOf(groups, seconds)
	}
	return c.kindGrowth[k]
}

// shareOfGrowth returns the share of a finding in all growth of its kind.
func (c *judgment) shareOfGrowth(f *finding) float64 {
	if f.hasNoGroup() {
		return 1
	}
	grown := 0.0
	for _, s := range f.allParts() {
		own := pointsOfWatch(s.partSince(s.lastTime() - f.growth.window).at)
		grown += s.share * math.Abs(float64(own[len(own)-1].Value-own[0].Value))
	}
	total := max(c.grownIn(f.kind, f.growth.window), grown)
	if total <= 0 {
		return 0
	}
	return min(grown/total, 1)
}
