package target

import (
	"errors"
	"net"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/plain"
)

func isURL(arg string) bool { return strings.Contains(arg, "://") && !strings.HasPrefix(arg, "unix:") }

// parseURL parses a base URL, or any URL of the service as pasted from a browser: it
// cuts off what follows the prefix.
func parseURL(arg string) (Target, error) {
	const example = "https://checkout.example.com/admin"
	// Do not show the parser's error, which may quote part of a password.
	u, err := url.Parse(arg)
	switch {
	case err != nil:
		return Target{}, newError(arg, "is not a well-formed URL", example)
	case u.Scheme != "http" && u.Scheme != "https":
		return Target{}, newError(arg, "only http and https can be watched", example)
	case u.Hostname() == "" || strings.ContainsFunc(u.Host, notHost):
		return Target{}, newError(arg, "has no valid host name", example)
	case !hasValidPort(u):
		return Target{}, newError(arg, errPort.Error(), "http://localhost:6060")
	}
	if extra := unknownQuery(u); extra {
		return Target{}, newError(arg, "a query is not supported; pass a token in a header", "--header 'X-Token: @token.txt' "+example)
	}
	t := Target{Scheme: SchemeHTTP, URL: NewURL(u.Scheme, u.Host, pprofPrefix(u.EscapedPath())), auth: credentialsOf(u)}
	t.Name = plain.Clip(t.URL.Host+t.URL.EscapedPath(), 200)
	if u.Scheme == "https" {
		t.Name = "https://" + t.Name
	}
	return t, nil
}

// NewURL returns the URL of an escaped path; an empty path remains empty.
func NewURL(scheme, host, escaped string) *url.URL {
	u := &url.URL{Scheme: scheme, Host: host}
	if escaped == "" {
		return u
	}
	u.Path = "/"
	return u.JoinPath(escaped)
}

var errPort = errors.New("a port is a number from 1 to 65535")

// hasValidPort reports whether the host of a URL has a valid port or none.
func hasValidPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	return isValidPort(u.Port())
}

// notHost reports whether r is accepted in a host by url.Parse but by no resolver.
func notHost(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`"<>\^{}|`+"`", r) }

// unknownQuery reports whether a query has other parameters than pprof's.
func unknownQuery(u *url.URL) bool {
	for key := range u.Query() {
		if !slices.Contains([]string{"debug", "gc", "seconds"}, key) {
			return true
		}
	}
	return false
}

var (
	pprofPath = regexp.MustCompile(`^(.*?)/debug/(pprof|vars)(/.*)?$`)
	otherRoot = regexp.MustCompile(`^(.*/pprof)/([a-z]*)$`)
)

// pprofPrefix returns the path of a pasted URL up to /debug/pprof, without a trailing
// slash. If pprof is elsewhere (/v1/sys/pprof/heap), it is the path of the index
// page.
func pprofPrefix(p string) string {
	p = path.Clean("/" + p)
	if m := pprofPath.FindStringSubmatch(p); m != nil {
		return m[1]
	}
	if m := otherRoot.FindStringSubmatch(p); m != nil && (m[2] == "" || isProfileName(m[2])) {
		return m[1]
	}
	return strings.TrimSuffix(strings.TrimSuffix(p, "/metrics"), "/")
}

func isProfileName(name string) bool {
	return name == "cmdline" || name == "symbol" || name == string(profile.Trace) ||
		slices.ContainsFunc(profile.Kinds, func(k profile.KindInfo) bool { return string(k.Kind) == name })
}

var hostPort = regexp.MustCompile(`^([^/\s]*@)?[^/@\s]*:[^/@\s]*(/.*)?$`)

func isHostPort(arg string) bool { return hostPort.MatchString(arg) }

func parseHostPort(arg string) (Target, error) {
	t, err := parseURL("http://" + withLocalhost(arg))
	if err != nil {
		return Target{}, newError(arg, "is not HOST:PORT with a port from 1 to 65535", "localhost:6060")
	}
	if t.URL.Port() == "" {
		return Target{}, newError(arg, "has no port", net.JoinHostPort(t.URL.Hostname(), "6060"))
	}
	return t, nil
}

func withLocalhost(arg string) string {
	if strings.HasPrefix(arg, ":") {
		return "localhost" + arg
	}
	return arg
}

func isUnix(arg string) bool { return strings.HasPrefix(arg, "unix:") }

// parseUnix parses unix:PATH and unix:PATH:/PREFIX, the syntax of nginx.
func parseUnix(arg string) (Target, error) {
	p := strings.TrimPrefix(strings.TrimPrefix(arg, "unix:"), "//")
	under := ""
	if i := strings.LastIndex(p, ":/"); i > 1 {
		p, under = p[:i], pprofPrefix(p[i+1:])
	}
	if p == "" || strings.ContainsRune(p, 0) {
		return Target{}, newError(arg, "has no socket path", "unix:/run/checkout.sock")
	}
	name := plain.Clip("unix:"+p+under, 200)
	return Target{Scheme: SchemeUnix, Name: name, Socket: p, URL: NewURL("http", "localhost", under)}, nil
}
