package source

// The causes of a Problem.
const (
	CauseRefused   Cause = "refused"   // nothing listens there
	CauseName      Cause = "name"      // the host name has no address
	CauseRoute     Cause = "route"     // the host cannot be reached
	CauseSocket    Cause = "socket"    // the unix socket is not there, or not ours to open
	CauseTimeout   Cause = "timeout"   // silent for longer than Options.Timeout
	CauseTLS       Cause = "tls"       // certificates, or TLS spoken to one that does not
	CauseCut       Cause = "cut"       // the connection ended within the answer
	CauseAuth      Cause = "auth"      // 401, or the token cannot be read
	CauseForbidden Cause = "forbidden" // 403
	CauseMissing   Cause = "missing"   // 404
	CauseIndex     Cause = "index"     // the index page where a profile should be
	CauseRedirect  Cause = "redirect"  // sent elsewhere
	CauseDown      Cause = "down"      // 502, 503, 504: what is in front answers, the service does not
	CauseOften     Cause = "often"     // 429: it wants to be asked less
	CauseServer    Cause = "server"    // any other status
	CauseLarge     Cause = "large"     // beyond the size limits
	CauseContent   Cause = "content"   // not what was asked for
	CauseNotHTTP   Cause = "nothttp"   // no HTTP/1.1 server
	CauseNotPprof  Cause = "notpprof"  // a web server without pprof where it was looked for
	CauseMemory    Cause = "memory"    // leaktop itself has no memory left for it
	CauseOther     Cause = "other"
)

// away says that the target as a whole is not there, and may be back at any
// moment: it is looked for every second, with the cheapest request there is.
func (c Cause) away() bool {
	switch c {
	case CauseRefused, CauseName, CauseRoute, CauseSocket, CauseTimeout, CauseDown, CauseCut, CauseNotHTTP, CauseOther:
		return true
	}
	return false
}
