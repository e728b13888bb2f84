package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leaktop/leaktop/profile"
)

// service is what discovery found out about a target.
type service struct {
	root    string               // path of the index page, with a trailing slash: "/debug/pprof/"
	page    bool                 // the index page is served
	counts  map[profile.Kind]int // from the page
	offers  []profile.Kind       // from the page; empty if unknown
	cmdline string               // only for comparison
}

// commonRoots are the paths at which pprof is tried if the target does not name
// one. They are few, because each request shows up in somebody's log.
var commonRoots = []string{"/debug/pprof/", "/pprof/", "/admin/debug/pprof/", "/internal/debug/pprof/"}

// roots lists the possible paths of the index page, the most likely first.
func roots(prefix string) []string {
	prefix = strings.TrimSuffix(prefix, "/")
	if prefix == "" {
		return commonRoots
	}
	return []string{prefix + "/debug/pprof/", prefix + "/", prefix + "/pprof/", "/debug/pprof/"}
}

// discover finds the path of pprof and what it serves, with cheap requests only.
// trip is called for each response of the index page.
func (c *client) discover(ctx context.Context, trip func(reply)) (service, error) {
	var first error
	all := roots(c.target.URL.EscapedPath())
	for _, root := range all {
		s, r, err := c.index(ctx, root)
		if err == nil {
			trip(r)
			s.cmdline, _ = c.cmdline(ctx, root)
			return s, ctx.Err()
		}
		if !elsewhere(err) {
			return service{}, err
		}
		if first == nil {
			first = err
		}
	}
	// No index page: a router with exact paths may still serve a profile.
	if s, err := c.withoutIndex(ctx, all[0]); err == nil || ctx.Err() != nil {
		return s, err
	}
	return service{}, c.noPprof(first, all)
}

// elsewhere reports whether err means that the server responds, but that pprof is
// not at this path.
func elsewhere(err error) bool {
	return hasCause(err, CauseMissing, CauseContent, CauseRedirect, CauseIndex, CauseServer)
}

// maxPage bounds the part of an index page that is read, in bytes.
const maxPage = 256 << 10

// index reads the index page at root.
func (c *client) index(ctx context.Context, root string) (service, reply, error) {
	q := request{what: "the list of profiles", path: root}
	var s service
	r, err := c.get(ctx, q, func(body io.Reader, r reply) error {
		page, err := io.ReadAll(io.LimitReader(body, maxPage))
		if err != nil {
			return err
		}
		ix, ok := parseIndex(string(page))
		if !ok {
			return c.wrongContent(q, contentOf(r.mime, page))
		}
		s = service{root: root, page: true, counts: ix.counts, offers: ix.offers}
		return nil
	})
	return s, r, err
}

// cmdline gets the command line of the process, which may contain secrets.
func (c *client) cmdline(ctx context.Context, root string) (string, error) {
	q := request{what: "the command line", path: root + "cmdline", most: lookPatience}
	var line string
	_, err := c.get(ctx, q, func(body io.Reader, r reply) error {
		data, err := io.ReadAll(io.LimitReader(body, maxPage))
		if err != nil {
			return err
		}
		if is := contentOf(r.mime, data); is != contentText {
			return c.wrongContent(q, is)
		}
		if !isCmdline(data) {
			return c.wrongContent(q, contentText)
		}
		line = string(data)
		return nil
	})
	return line, err
}

// isCmdline reports whether a response can be a command line, whose arguments are
// separated by NUL. What a proxy sends instead would be taken for another process.
func isCmdline(data []byte) bool {
	return utf8.Valid(data) && !bytes.ContainsFunc(data, func(r rune) bool { return r != 0 && unicode.IsControl(r) })
}

// withoutIndex tries the heap and then the goroutine profile of a target without an
// index page.
func (c *client) withoutIndex(ctx context.Context, root string) (service, error) {
	s := service{root: root}
	_, _, err := c.profile(ctx, profileRequest(root, Query{Kind: profile.Heap}))
	if err != nil {
		if _, _, err = c.profile(ctx, profileRequest(root, Query{Kind: profile.Goroutine})); err != nil {
			return service{}, err
		}
		s.offers = []profile.Kind{profile.Goroutine}
	}
	s.cmdline, _ = c.cmdline(ctx, root)
	return s, nil
}

// noPprof returns the error for a target that serves pprof at none of the paths.
func (c *client) noPprof(first error, tried []string) error {
	p := &Problem{
		Cause: CauseNotPprof, What: "find pprof at " + c.name(), Err: first,
		Why:  "the server responds, but not with pprof",
		Next: `import _ "net/http/pprof" and serve http.DefaultServeMux, or give the prefix that it has: ` + c.target.withPrefix(),
	}
	why, ok := errors.AsType[*Problem](first)
	switch {
	case ok && why.Cause == CauseMissing:
		p.Why = "the server responds, but has no " + tried[0]
	case ok && why.Cause == CauseContent:
		p.Why = "the server serves another page at " + tried[0]
	case ok:
		p.Cause, p.Why, p.Next = why.Cause, why.Why, why.Next
	}
	p.Why += " (also tried " + strings.Join(tried[1:], ", ") + ")"
	return p
}

// offered reports whether kind is served, as far as that is known.
func (s service) offered(kind profile.Kind) bool {
	return len(s.offers) == 0 || slices.Contains(s.offers, kind)
}
