package problem

// The causes of a Problem.
const (
	CauseRefused   Cause = "refused"   // nothing listens on the port
	CauseName      Cause = "name"      // the host name does not resolve
	CauseRoute     Cause = "route"     // the host is unreachable
	CauseSocket    Cause = "socket"    // the unix socket does not exist, or access is denied
	CauseTimeout   Cause = "timeout"   // no response within Options.Timeout
	CauseTLS       Cause = "tls"       // bad certificates, or a server that does not speak TLS
	CauseCut       Cause = "cut"       // the connection ended within the response
	CauseAuth      Cause = "auth"      // 401, or the token cannot be read
	CauseForbidden Cause = "forbidden" // 403
	CauseMissing   Cause = "missing"   // 404
	CauseIndex     Cause = "index"     // the index page where a profile should be
	CauseRedirect  Cause = "redirect"  // redirected elsewhere
	CauseDown      Cause = "down"      // 502, 503, 504: a proxy responds, the service does not
	CauseOften     Cause = "often"     // 429: too many requests
	CauseServer    Cause = "server"    // any other status
	CauseLarge     Cause = "large"     // beyond the size limits
	CauseContent   Cause = "content"   // unexpected content
	CauseDamaged   Cause = "damaged"   // what arrived is not what HTTP or gzip allows
	CauseNotHTTP   Cause = "nothttp"   // not an HTTP/1.1 server
	CauseNotPprof  Cause = "notpprof"  // a web server, but pprof was not found
	CauseMemory    Cause = "memory"    // leaktop itself is out of memory
	CauseOther     Cause = "other"
)

// MeansAway reports whether the target as a whole is unreachable and may return at any
// moment. It is then probed every second, with the cheapest request.
func (c Cause) MeansAway() bool {
	switch c {
	case CauseRefused, CauseName, CauseRoute, CauseSocket, CauseTimeout, CauseDown, CauseCut, CauseNotHTTP, CauseOther:
		return true
	}
	return false
}
