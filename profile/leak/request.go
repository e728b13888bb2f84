package leak

import "slices"

// Goroutines of requests on their way wait for news, or for an answer. Their
// number goes with the users', which rises for minutes: they are watched for
// longer.

// requestStacks are what requests on their way look like, on the server's side
// and on the client's.
var requestStacks = []pattern{
	{"runtime.selectgo", "user", "...", "net/http.(*conn).serve"},
	{"runtime.netpollblock", "...", "net/http.(*connReader).backgroundRead"},
	{"runtime.selectgo", "net/http.(*persistConn).roundTrip"},
}

// connStacks are a client's connections, which are on their way as long as
// somebody waits for their answers.
var connStacks = []pattern{
	{"runtime.netpollblock", "...", "net/http.(*persistConn).readLoop"},
	{"runtime.selectgo", "net/http.(*persistConn).writeLoop"},
}

// markRequests notes which of the goroutines are requests on their way.
func (c *course) markRequests() {
	waited := c.risen("net/http.(*persistConn).roundTrip") >= c.risen("net/http.(*persistConn).readLoop")/2
	for _, s := range c.goroutines {
		is := func(p pattern) bool { return p.matches(topStack(s.group)) }
		s.request = slices.ContainsFunc(requestStacks, is) || waited && slices.ContainsFunc(connStacks, is)
	}
}
