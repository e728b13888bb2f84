package leak

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callstack"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/profile/trend"
)

// offHeapDetector finds memory that grows outside of the Go runtime: mmap, cgo. No
// profile shows it, only the difference between the figures of the operating system
// and of the runtime.
type offHeapDetector struct{}

func (offHeapDetector) findLeaks(c *judgment) []*finding {
	o := c.in.outsideOverTime()
	n := len(o.points)
	if n < params.polls.min {
		return nil
	}
	level := float64(o.points[n-1].Value)
	if level < o.minLevel()-params.outside.untouched {
		return nil
	}
	s := newSeries(&profile.Group{Points: o.points}, c.origin)
	s.isOffHeap, s.minRise = true, o.minRise()
	found := s.judgeStanding(c.in.Moments)
	if found.shape == ShapeSuspect && (level < o.minLevel() || isUnsureOutside(found)) {
		found.shape = ShapeRising
	}
	if rise := trend.NetRise(s.value); found.shape == ShapeSteady && o.isAnon && rise >= params.outside.noise && s.minRise < params.material.offHeap {
		found.shape, found.even = ShapeNoise, trend.MeasureEvenness(s.value)
	}
	if found.shape != ShapeSuspect {
		c.outside = describeUnsure(s, found, "memory outside of Go", quantity.BytesRough[float64])
		return nil
	}
	f := &finding{kind: OffHeap, series: s, growth: found, own: found.rate, confidence: High, isAnon: o.isAnon}
	if !o.isAnon && !hasRSS(c.in.Memory) {
		f.confidence = Low // a peak may include pages of a mapped file
	}
	return []*finding{f}
}

// isUnsureOutside reports whether growth outside of Go is so small that it may be what an
// allocator of C takes for its own use, or has taken since it started: that comes and goes, or
// ends within minutes.
func isUnsureOutside(g growth) bool {
	p := params.outside
	isCertain := g.zScore >= p.minT && g.kept >= params.floor.certainlyAll && g.window >= p.minFor.Seconds()*params.window.nearly
	return g.rise < params.material.offHeap && !isCertain
}

// describeUnsure says that memory that no profile shows rises, though not certainly as
// a leak does; empty if it does not rise, or no longer does.
func describeUnsure(s *series, g growth, what string, format func(float64) string) string {
	r := rateOf(s.value)
	isRising := r.IsCertain() && r.PerHour > 0
	switch g.shape {
	case ShapeRising, ShapeLoad, ShapeSteps:
	case ShapeNoise, ShapeSlowing, ShapeBursts:
		if !isRising || g.even.LastQuarter < params.goal.evenLast {
			return ""
		}
	default:
		return ""
	}
	rate := ""
	if isRising {
		rate = fmt.Sprintf(" by %s/h", format(r.PerHour))
	}
	return what + " rises" + rate + ", but not yet for long enough to judge it"
}

// outside is the memory outside of Go over time.
type outside struct {
	points []profile.GroupPoint
	isAnon bool    // only anonymous memory counts
	swing  float64 // range of what the runtime held, in bytes
}

// minLevel returns the memory outside of Go below which it may be the program itself, or,
// where only anonymous memory counts, what the runtime reserved and only now touches: what
// it holds altogether is subtracted.
func (o *outside) minLevel() float64 {
	if o.isAnon {
		return 0
	}
	return params.material.offHeap
}

// minRise returns the minimum growth that matters. What the runtime holds is touched a little
// later, or given back a little earlier, than it says, so growth must exceed a part of its swing.
func (o *outside) minRise() float64 {
	if o.isAnon {
		return min(max(params.outside.minRise, params.outside.swing*o.swing), params.material.offHeap)
	}
	return params.material.offHeap
}

// hasRSS reports whether the current resident memory is known, not only its peak.
func hasRSS(all []memory.Reading) bool {
	return slices.ContainsFunc(all, func(r memory.Reading) bool { return r.RSS != 0 })
}

// outsideOverTime returns the memory outside of Go over time.
func (in *Input) outsideOverTime() (o outside) {
	var low, high float64
	for _, r := range memory.PairReadings(in.Memory) {
		v, anon, ok := outsideOfGo(r)
		switch {
		case !ok:
			continue
		case anon && !o.isAnon:
			o.isAnon, o.points = true, nil // earlier points included mapped files
		case o.isAnon && !anon:
			continue
		}
		held := heldByGo(r)
		if len(o.points) == 0 {
			low, high = held, held
		}
		low, high = min(low, held), max(high, held)
		o.points = append(o.points, profile.GroupPoint{Time: profile.InstantOf(r.Time), Value: v})
	}
	o.swing = high - low
	if o.isAnon {
		o.points = smoothPoints(o.points)
	}
	return o
}

// smoothPoints returns points without spikes: what the runtime held is interpolated, and wrong
// by what it takes and gives back between two of its figures. The first and the last points,
// which have too few around them, are left out: they would look like a pause.
func smoothPoints(points []profile.GroupPoint) []profile.GroupPoint {
	const half = 2
	if len(points) <= 2*half {
		return points
	}
	out := make([]profile.GroupPoint, 0, len(points)-2*half)
	for i := half; i < len(points)-half; i++ {
		var around [2*half + 1]int64
		for j := range around {
			around[j] = points[i-half+j].Value
		}
		slices.Sort(around[:])
		out = append(out, profile.GroupPoint{Time: points[i].Time, Value: around[half]})
	}
	return out
}

// heldByGo returns the bytes that the runtime holds.
func heldByGo(r memory.Reading) float64 { return float64(r.Sys - min(r.Sys, r.HeapReleased)) }

// detectableOutside returns the minimum growth per hour of memory outside of Go that would
// have shown; 0 if none would have. Growth must also reach a minimum size to be seen.
func (in *Input) detectableOutside() float64 {
	o := in.outsideOverTime()
	least := o.minRise()
	if len(o.points) > 0 {
		least = max(least, o.minLevel()-float64(o.points[0].Value))
	}
	return perHourOver(o.points, least)
}

// perHourOver returns the rate of growth over the time of the points; 0 if they are too
// few.
func perHourOver(points []profile.GroupPoint, growth float64) float64 {
	n := len(points)
	if n < params.polls.min {
		return 0
	}
	if span := points[n-1].Time.Sub(points[0].Time); span > 0 {
		return growth / span.Hours()
	}
	return 0
}

// outsideOfGo returns the bytes that are resident, or swapped out, beyond what the
// runtime holds; anonymous memory alone if that is known, because the kernel loads
// and drops pages of mapped files. If only the peak of the resident memory is
// known, it is that peak minus the maximum that the runtime ever held: never too
// high.
func outsideOfGo(r memory.Reading) (bytes int64, isAnon, ok bool) {
	held := int64(heldByGo(r))
	switch {
	case r.Sys == 0:
		return 0, false, false
	case r.Anon != 0:
		return int64(r.Anon+r.Swap) - held, true, true
	case r.RSS != 0:
		return int64(r.RSS) - held, false, true
	case r.MaxRSS != 0:
		return int64(r.MaxRSS) - int64(r.Sys), false, true
	}
	return 0, false, false
}

// pointsOf returns a figure of the current process over time, from the readings that
// have it.
func pointsOf(all []memory.Reading, figure func(memory.Reading) uint64) (points []profile.GroupPoint) {
	for _, r := range all {
		switch v := figure(r); {
		case r.Unknown:
			points = nil
		case v > 0:
			points = append(points, profile.GroupPoint{Time: profile.InstantOf(r.Time), Value: int64(v)})
		}
	}
	return points
}

// openFiles is the number of open file descriptors over time.
type openFiles []trend.Point

// openFilesRise returns the number of open descriptors over the last seconds; ok is
// false where that is not known.
func (in *Input) openFilesRise(seconds float64) (all openFiles, ok bool) {
	from := in.Now.Add(-secondsOf(seconds / params.window.nearly))
	for _, r := range in.Memory {
		if r.Unknown {
			all = nil
		}
		if r.OpenFiles > 0 && !r.Time.Before(from) {
			all = append(all, trend.Point{T: r.Time.Sub(from).Seconds(), V: float64(r.OpenFiles)})
		}
	}
	return all, len(all) >= params.polls.min
}

// risen returns by how much the floor of the number rose: what was never closed.
func (o openFiles) risen() float64 { return trend.NetRise(trend.Floor(o)) }

// fileDetector finds open files, connections and pipes that are never closed, unless
// goroutines come with them: then the goroutines are the leak, or clients connect.
type fileDetector struct{}

func (fileDetector) findLeaks(c *judgment) []*finding {
	g := profile.Group{Points: pointsOf(c.in.Memory, func(r memory.Reading) uint64 { return r.OpenFiles })}
	n := len(g.Points)
	if n < params.polls.min {
		return nil
	}
	rise := float64(g.Points[n-1].Value - g.Points[0].Value)
	if rise < params.material.manyOpenFiles || c.in.goroutinesAdded() > rise/4 {
		return nil
	}
	if st, fn := c.in.callerOf(opensFiles); fn != nil {
		g.Blame, g.Stacks = fn, []*profile.Stack{st}
	}
	s := newSeries(&g, c.origin)
	s.isOffHeap, s.minRise = true, params.material.manyOpenFiles
	found := s.judgeStanding(c.in.Moments)
	if found.shape != ShapeSuspect {
		return nil
	}
	return []*finding{{kind: Files, series: s, growth: found, own: found.rate, confidence: High}}
}

// openingCalls are the functions of the standard library that open files, pipes and
// connections.
var openingCalls = []callstack.Pattern{
	{"...", "os.newFile", "..."},
	{"...", "os.NewFile", "..."},
	{"...", "os.Open*", "..."},
	{"...", "os.Pipe", "..."},
	{"...", "os.StartProcess", "..."},
	{"...", "os/exec.(*Cmd).*", "..."},
	{"...", "net.(*Dialer).*", "..."},
	{"...", "syscall.*", "user"},
}

// callerOf returns the function of the service that accounts for nearly all allocations
// with matching stacks, and one of these stacks; nil if there is no such function, or
// more than one. matches is given a stack and the frame of the function.
func (in *Input) callerOf(matches func(*profile.Stack, int) bool) (st *profile.Stack, fn *profile.Function) {
	if in.Holding == nil {
		return nil, nil
	}
	all, by, stacks := int64(0), map[*profile.Function]int64{}, map[*profile.Function]*profile.Stack{}
	for _, sm := range in.Holding.Samples() {
		if len(sm.Values) < 2 || sm.Stack.Observer {
			continue
		}
		i := sm.Stack.IndexFrame(func(fr profile.Frame) bool { return fr.Func.Class == profile.ClassUser })
		if i < 0 || !matches(sm.Stack, i) {
			continue
		}
		if f := sm.Stack.FrameAt(i).Func; !runsOnce(f) {
			all, by[f], stacks[f] = all+sm.Values[1], by[f]+sm.Values[1], sm.Stack
		}
	}
	for f, v := range by {
		if float64(v) > params.floor.certainlyAll*float64(all) {
			return stacks[f], f
		}
	}
	return nil, nil
}

// opensFiles reports whether the service's function at frame i of a stack opens something
// there, judging by the stack or by the name of what it calls, such as
// archive/zip.OpenReader, whose allocations are not those of the file.
func opensFiles(st *profile.Stack, i int) bool {
	if callstack.MatchesAny(st, openingCalls) {
		return true
	}
	if i == 0 {
		return false
	}
	name := st.FrameAt(i - 1).Func.Name
	name = name[strings.LastIndexByte(name, '.')+1:]
	return strings.HasPrefix(name, "Open") || strings.HasPrefix(name, "Dial")
}

// runsOnce reports whether a function runs only when the program starts.
func runsOnce(f *profile.Function) bool {
	return f.Name == "main.main" || strings.HasSuffix(f.Name, ".init") || strings.Contains(f.Name, ".init.")
}

// mostFiles returns what most descriptors are, from the newest reading that says so;
// empty if none does.
func mostFiles(all []memory.Reading) string {
	for _, r := range slices.Backward(all) {
		if r.Unknown || r.MostFiles != "" {
			return r.MostFiles
		}
	}
	return ""
}

// dropExplainedFiles drops open files if something else that leaks holds them.
func dropExplainedFiles(c *judgment) {
	explained := slices.ContainsFunc(c.findings, func(f *finding) bool { return f.cause().keepsFiles })
	c.findings = slices.DeleteFunc(c.findings, func(f *finding) bool { return explained && f.kind == Files })
}

// describe says how many descriptors were open at the beginning and at the end.
func (o openFiles) describe() string {
	first, last := o[0].V, o[len(o)-1].V
	if o.risen() < params.material.openFiles {
		return fmt.Sprintf("open files and connections do not grow with it: %s then, %s now", quantity.Count(first), quantity.Count(last))
	}
	return fmt.Sprintf("open files and connections grow with it: from %s to %s", quantity.Count(first), quantity.Count(last))
}

// describeFiles says whether the number of open descriptors grows with a finding; empty
// if it holds none, or the number is unknown.
func (in *Input) describeFiles(f *finding) string {
	if !f.cause().keepsFiles {
		return ""
	}
	all, ok := in.openFilesRise(f.growth.window)
	if !ok {
		return ""
	}
	return all.describe()
}

// filesRise says that the number of open descriptors rises evenly and until now; empty
// if it does not, or is not known.
func filesRise(c *judgment) string {
	all, ok := c.in.openFilesRise(params.window.min.Seconds())
	if !ok || trend.Span(all) < params.window.min.Seconds()/2 || all.risen() < params.material.openFiles || trend.Drawdown(all) > params.floor.maxDrawdown {
		return ""
	}
	e, d := trend.MeasureEvenness(all), trend.Drift(all, params.rate.confidence)
	if d.T < params.floor.driftT || e.LastQuarter < params.floor.minLast || e.Steps < params.floor.minSteps {
		return ""
	}
	return fmt.Sprintf("the number of open files and connections rises by %s/h: they are opened and not closed, or more clients connect", quantity.Count(d.PerSecond*3600))
}
