package leak

import (
	"math"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callstack"
	"github.com/leaktop/leaktop/profile/trend"
)

// withLoad lowers the confidence in suspected connections that increase with the load:
// connections that clients left behind would not.
func (c *judgment) withLoad() {
	for _, f := range c.findings {
		if f.cause().ofClients && f.confidence == High && c.isBusier(f) {
			f.confidence, f.withLoad = Low, true
		}
	}
}

// isBusier reports whether the service is busier at most of the last moments. At a single
// one, it may seem so by chance.
func (c *judgment) isBusier(f *finding) bool {
	busier, moments := 0, params.load.moments
	for i := range moments {
		back := params.polls.withdrawAfter.Seconds() * float64(i) / float64(moments-1)
		if isBusierAt(c, f, f.series.lastTime()-back) {
			busier++
		}
	}
	return 2*busier > moments
}

// isBusierAt reports whether the service significantly allocated at an increasing rate
// until some time, and enough to explain half of the growth.
func isBusierAt(c *judgment, f *finding, until float64) bool {
	rates := c.allocationRate(until-f.growth.window, until)
	if len(rates) < params.load.segments-1 {
		return false
	}
	d := trend.Drift(rates, params.rate.confidence)
	more := d.PerSecond * f.growth.window / meanValue(rates)
	return d.T >= params.load.minT && more >= params.load.minBusier && more >= f.growth.rise/meanValue(f.series.partBetween(until-f.growth.window, until).value)/2
}

// allocationRate returns the bytes per second that the service allocated between two
// times, in a few segments: from MemStats if they are read often enough, else from the
// heap profiles.
func (c *judgment) allocationRate(since, until float64) []trend.Point {
	var sums, exact []trend.Point
	add := func(to []trend.Point, v profile.Value) []trend.Point {
		if t := v.Time.Sub(c.origin).Seconds(); v.V > 0 && t >= since-params.polls.usualGap && t <= until {
			to = append(to, trend.Point{T: t, V: v.V})
		}
		return to
	}
	for i, v := range c.in.Allocated {
		if i == 0 || v.V != c.in.Allocated[i-1].V { // else no collection has ended since
			sums = add(sums, v)
		}
	}
	for _, r := range c.in.Memory {
		if r.HasOwnCounters() {
			exact = add(exact, profile.Value{Time: r.Time, V: float64(r.TotalAlloc)})
		}
	}
	if len(exact) > params.load.segments {
		sums = exact
	}
	return segmentSlopes(sums, params.load.segments)
}

// segmentSlopes returns the mean slopes of n parts of a series that only grows.
func segmentSlopes(p []trend.Point, n int) (out []trend.Point) {
	if len(p) < 2 {
		return nil
	}
	step := trend.Span(p) / float64(n)
	for from, to := 0, 1; to < len(p); to++ {
		if d := p[to].T - p[from].T; d >= step*params.window.nearly {
			out = append(out, trend.Point{T: (p[from].T + p[to].T) / 2, V: (p[to].V - p[from].V) / d})
			from = to
		}
	}
	return out
}

func meanValue(p []trend.Point) float64 {
	sum := 0.0
	for _, q := range p {
		sum += q.V
	}
	return sum / float64(max(1, len(p)))
}

// Goroutines of requests in flight wait for news, or for an answer. Their number
// follows the number of users, which may rise for minutes, so they are watched for
// longer.

// requestStacks are the stacks of requests in flight, on the server's side and on
// the client's.
var requestStacks = []callstack.Pattern{
	{"runtime.selectgo", "user", "...", "net/http.(*conn).serve"},
	{"runtime.netpollblock", "...", "net/http.(*connReader).backgroundRead"},
	{"runtime.selectgo", "net/http.(*persistConn).roundTrip"},
}

// connStacks are the stacks of a client's connections, which are in flight while their
// caller waits for an answer.
var connStacks = []callstack.Pattern{
	{"runtime.netpollblock", "...", "net/http.(*persistConn).readLoop"},
	{"runtime.selectgo", "net/http.(*persistConn).writeLoop"},
}

// markRequests marks the series of goroutines that are requests in flight.
func (c *judgment) markRequests() {
	waited := c.goroutineRise("net/http.(*persistConn).roundTrip") >= c.goroutineRise("net/http.(*persistConn).readLoop")/2
	for _, s := range c.goroutines {
		is := func(p callstack.Pattern) bool { return p.Matches(topStack(s.group)) }
		s.request = slices.ContainsFunc(requestStacks, is) || waited && slices.ContainsFunc(connStacks, is)
		s.outgrowsLoad = s.request && outgrowsLoad(c, s)
	}
}

// outgrowsLoad reports whether requests in flight increase, as far as observed without any
// of them ending, much more than the allocation rate does, and more than the clients: then
// it is not the load that grows. A request that a client waits for is one more client,
// whatever the service allocates.
func outgrowsLoad(c *judgment, s *series) bool {
	part := s.partSince(s.lastTime() - params.window.min.Seconds()/params.window.nearly)
	rise := part.countEvents()
	if isServed(topStack(s.group)) || servedRise(c, part.value[0].T) >= rise/2 {
		return false
	}
	rates := c.allocationRate(part.value[0].T, s.lastTime())
	if len(rates) < params.load.segments-1 || trend.Drawdown(part.value) > 0 {
		return false
	}
	// The rate itself, not the end of its interval: there are few segments, and the clients
	// confirm it.
	mean, half := meanValue(rates), max(0, trend.Drift(rates, params.rate.confidence).PerSecond)*part.span()/2
	first, last := part.value[0].V, part.value[len(part.value)-1].V
	return rise >= params.material.goroutines && last*(mean-half) >= params.load.outgrows*first*(mean+half)
}

// servers are the functions below which a server runs the handler of a request, or reads
// from a client.
var servers = []callstack.Pattern{
	{"...", "net/http.(*conn).serve"},
	{"...", "net/http.(*connReader).backgroundRead"},
	{"...", "net/http.(*http2serverConn).runHandler"},
	{"...", "net/http/internal/http2.(*serverConn).runHandler"},
	{"...", "golang.org/x/net/http2.(*serverConn).runHandler"},
	{"...", "google.golang.org/grpc.(*Server).handleStream"},
	{"...", "github.com/valyala/fasthttp.(*Server).serveConn"},
}

// isServed reports whether a stack is that of a request which a client waits for.
func isServed(st *profile.Stack) bool {
	return callstack.MatchesAny(st, servers)
}

// servedRise returns the increase of goroutines that serve clients since a time, in
// seconds: at least as many clients have come.
func servedRise(c *judgment, since float64) (rise float64) {
	for _, s := range c.goroutines {
		if isServed(topStack(s.group)) {
			if part := s.partSince(since); len(part.at) > 1 {
				rise += part.countEvents()
			}
		}
	}
	return rise
}

// couldBeDaily reports whether growth in the last seconds could follow the daily load:
// the watch includes most of a day, and there was as much before.
func couldBeDaily(s *series, seconds float64) bool {
	start := s.lastTime() - seconds
	if s.lastTime()-s.value[0].T < params.load.longWatch.Seconds() {
		return false
	}
	last := s.value[len(s.value)-1].V
	return slices.ContainsFunc(s.value, func(p trend.Point) bool { return p.T < start && p.V >= last })
}

// isYoung reports whether growth was observed for less time than what may follow the load
// needs.
func (g *growth) isYoung() bool {
	return g.window < params.window.long.Seconds()*params.window.nearly
}

// couldFollow reports whether growth could be due to the load, because much of what
// comes goes away again: it was not watched for long, or the increase in allocations
// explains half of the growth.
func couldFollow(s *series, g growth) bool {
	young := g.isYoung()
	if s.request && !s.outgrowsLoad && g.window < params.window.min.Seconds()*params.window.factor*params.window.nearly {
		return true
	}
	if s.isHeap() {
		return g.kept < params.turnover.followsBelow && young && !outgrowsAllocations(s) || g.kept < params.turnover.turnsBelow && followsLoad(s)
	}
	return g.kept < 1/(1+params.turnover.churnsAbove) && young
}

// outgrowsAllocations reports whether what is in use grew so much more than the rate of
// allocations that the load explains less than half of the growth, as far as the sampler
// can tell. The part that follows the load is proportional to it, like the allocations
// (Little's law), and was at most what was in use at first.
func outgrowsAllocations(s *series) bool {
	span := s.span()
	first, middle, last := s.meanSample(0, span/9), s.meanSample(span*4/9, span*5/9), s.meanSample(span*8/9, span)
	early, late := middle.RawAlloc-first.RawAlloc, last.RawAlloc-middle.RawAlloc
	if early < params.material.samples {
		return false
	}
	more := late / early * math.Exp(params.turnover.loadZ*math.Sqrt(1/early+1/max(late, 1)))
	before, after := s.meanSample(0, span/2), s.meanSample(span/2, span)
	start := first.Raw + params.turnover.loadZ*math.Sqrt(first.Raw+1)
	return more < (start+max(0, after.Raw-first.Raw)/2)/(start+max(0, before.Raw-first.Raw)/2)
}

// followsLoad reports whether more load explains half of the growth in the second
// half of the time: what is in use equals what arrives during its lifetime
// (Little's law), so it grows with the allocations, if these significantly
// increased.
func followsLoad(s *series) bool {
	span := s.span()
	first, middle, last := s.meanSample(0, span/9), s.meanSample(span*4/9, span*5/9), s.meanSample(span*8/9, span)
	before, after := middle.RawAlloc-first.RawAlloc, last.RawAlloc-middle.RawAlloc
	if before <= 0 || after-before <= math.Sqrt(after+before) {
		return false
	}
	return middle.Raw*(after/before-1) > (last.Raw-middle.Raw)/2
}
