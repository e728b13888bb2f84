package source

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/body"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/target"
)

// statusRow is a row of the table of HTTP statuses.
type statusRow struct {
	from, to int
	cause    problem.Cause
	why      string
	next     string
}

var statusTable = []statusRow{
	{204, 206, problem.CauseServer, "the response is incomplete", "look for a cache or a proxy in between"},
	{304, 304, problem.CauseServer, "the server responds with \"not modified\"", "look for a cache or a proxy in between"},
	{401, 401, problem.CauseAuth, "the server requires authentication (401)", "give --bearer-token-file, or --header 'Authorization: @FILE'"},
	{403, 403, problem.CauseForbidden, "access is forbidden (403)", "these credentials may not read profiles here: use others, or a port on loopback"},
	{404, 405, problem.CauseMissing, "the server does not have it", ""},
	{407, 407, problem.CauseAuth, "a proxy requires authentication (407)", "put the credentials into HTTP_PROXY, or the host into NO_PROXY"},
	{429, 429, problem.CauseOften, "the server reports too many requests (429)", "use a longer --interval"},
	{502, 504, problem.CauseDown, "a proxy responds, the service behind it does not", "check that the service is up"},
	{100, 599, problem.CauseServer, "the server refuses the request", ""},
}

// checkStatus returns a Problem for any status but 200.
func (c *client) checkStatus(q request, resp *http.Response) error {
	status := resp.StatusCode
	if isPageInstead(resp) {
		status = http.StatusNotFound
	}
	if status == http.StatusOK {
		return nil
	}
	text := c.readFirstLine(resp)
	p := &problem.Problem{Cause: problem.CauseServer, Subject: c.describe(q), Why: "the server refuses the request", Status: status}
	switch {
	case strings.Contains(text, "HTTP request to an HTTPS server"):
		p.Cause, p.Why, p.Next = problem.CauseTLS, "the server speaks TLS on this port", "write https:// before the host"
		if c.target.Scheme == target.SchemeKube {
			p.Next = "leaktop only speaks plain HTTP to pods: run kubectl port-forward and watch https://localhost:PORT"
		}
		return p
	case status >= 300 && status < 400 && status != http.StatusNotModified:
		return c.explainRedirect(p, resp)
	}
	explainStatus(p, status)
	if p.Cause == problem.CauseOften {
		p.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), time.Now())
	}
	if p.RetryAfter > 0 {
		p.Why += " and asks to wait for " + quantity.Duration(p.RetryAfter)
	}
	if status >= 400 && (p.Cause == problem.CauseServer || p.Cause == problem.CauseOften) && text != "" {
		p.Why += ": " + text
	}
	return p
}

// explainStatus sets the texts of the first row of the table that has the status. Why
// always includes its number.
func explainStatus(p *problem.Problem, status int) {
	for _, row := range statusTable {
		if row.from <= status && status <= row.to {
			p.Cause, p.Why, p.Next = row.cause, row.why, row.next
			break
		}
	}
	if !strings.Contains(p.Why, "(") {
		p.Why += fmt.Sprintf(" (%d)", status)
	}
}

// maxRetryAfter bounds the wait that a target may ask for.
const maxRetryAfter = 5 * time.Minute

// retryAfter returns the wait that a Retry-After header asks for (RFC 9110, 10.2.3):
// seconds, or until a date.
func retryAfter(after string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if n, err := strconv.ParseUint(strings.TrimSpace(after), 10, 31); err == nil {
		wait = time.Duration(n) * time.Second
	} else if at, err := http.ParseTime(after); err == nil {
		wait = at.Sub(now).Round(time.Second)
	}
	return min(max(wait, 0), maxRetryAfter)
}

// explainRedirect returns the error for a redirect that is not followed.
func (c *client) explainRedirect(p *problem.Problem, resp *http.Response) error {
	p.Cause = problem.CauseRedirect
	to, err := resp.Location()
	if err != nil {
		p.Why = "the server redirects to nowhere"
		return p
	}
	at := to.Scheme + "://" + to.Host + to.EscapedPath() // without the query, which may contain a session
	p.Why = "the server redirects to " + plain.Clip(c.hideSecrets(at), 120)
	switch {
	case to.Host == c.target.URL.Host && to.Scheme == c.target.URL.Scheme && strings.HasSuffix(strings.TrimSuffix(to.Path, "/"), "/pprof"):
		p.Why += ", the index page: it does not know this profile"
	case strings.Contains(to.Path, "login") || strings.Contains(to.Path, "auth"):
		p.Next = "this looks like a login: provide a token, or use a port that needs none"
	default:
		p.Next = "if that is right, use it as the target"
	}
	return p
}

// errorOfJSON returns the message of an error in JSON, empty if it has none.
func errorOfJSON(data []byte) string {
	var e struct{ Message, Error string }
	_ = json.Unmarshal(data, &e) // an error is no message
	return cmp.Or(e.Message, e.Error)
}

// maxErrorPage bounds an error page on the wire, of which the first line is read.
const maxErrorPage = 64 << 10

// readFirstLine returns the first line of an error page in plain text.
func (c *client) readFirstLine(resp *http.Response) string {
	content, err := body.NewReader(resp.Header.Get("Content-Encoding"), resp.Body, maxErrorPage, maxErrorPage, func() {})
	if err != nil {
		return ""
	}
	head, _ := io.ReadAll(io.LimitReader(content, 4<<10))
	line, _, _ := strings.Cut(strings.TrimSpace(string(head)), "\n")
	if strings.HasPrefix(line, "{") {
		line = errorOfJSON(head)
	}
	if strings.HasPrefix(line, "<") {
		return ""
	}
	return plain.Clip(c.hideSecrets(line), 120)
}

// isPageInstead reports whether the response is a page of a user interface instead of an
// API's response: if Parca finds nothing, it sends its page with status 200 and the headers
// of the API.
func isPageInstead(resp *http.Response) bool {
	return resp.Header.Get("Grpc-Metadata-Content-Type") != "" && strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html")
}
