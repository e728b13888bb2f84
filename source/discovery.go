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

	"github.com/leaktop/leaktop/source/body"
	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
)

// discovery is the result of [client.discoverPprof].
type discovery struct {
	root     string               // path of the index page, with a trailing slash: "/debug/pprof/"
	hasIndex bool                 // the index page is served
	counts   map[profile.Kind]int // from the page
	kinds    []profile.Kind       // from the page; empty if unknown
	cmdline  string               // only for comparison
}

// commonRoots are the paths at which pprof is tried if the target does not name
// one. They are few, because each request shows up in somebody's log.
var commonRoots = []string{"/debug/pprof/", "/pprof/", "/admin/debug/pprof/", "/internal/debug/pprof/"}

// candidateRoots lists the possible paths of the index page, the most likely first.
func candidateRoots(prefix string) []string {
	prefix = strings.TrimSuffix(prefix, "/")
	if prefix == "" {
		return commonRoots
	}
	return []string{prefix + "/debug/pprof/", prefix + "/", prefix + "/pprof/", "/debug/pprof/"}
}

// discoverPprof finds the path of pprof and what it serves, with cheap requests only.
// trip is called for each response of the index page.
func (c *client) discoverPprof(ctx context.Context, trip func(response)) (discovery, error) {
	var first error
	all := candidateRoots(c.target.URL.EscapedPath())
	for _, root := range all {
		s, r, err := c.getIndex(ctx, root)
		if err == nil {
			trip(r)
			s.cmdline, _ = c.getCmdline(ctx, root)
			return s, ctx.Err()
		}
		if !isOtherPath(err) {
			return discovery{}, err
		}
		if first == nil {
			first = err
		}
	}
	// No index page: a router with exact paths may still serve a profile.
	if s, err := c.discoverWithoutIndex(ctx, all[0]); err == nil || ctx.Err() != nil {
		return s, err
	}
	return discovery{}, c.errNoPprof(first, all)
}

// isOtherPath reports whether err means that the server responds, but that pprof is
// not at this path.
func isOtherPath(err error) bool {
	return problem.HasCause(err, problem.CauseMissing, problem.CauseContent, problem.CauseRedirect, problem.CauseIndex, problem.CauseServer)
}

// maxPage bounds the part of an index page that is read, in bytes.
const maxPage = 256 << 10

// getIndex reads the index page at root.
func (c *client) getIndex(ctx context.Context, root string) (discovery, response, error) {
	q := request{subject: "the list of profiles", path: root}
	var s discovery
	r, err := c.fetch(ctx, q, func(content io.Reader, r response) error {
		page, err := io.ReadAll(io.LimitReader(content, maxPage))
		if err != nil {
			return err
		}
		ix, ok := body.ParseIndex(string(page))
		if !ok {
			return c.wrongContent(q, body.ContentOf(r.contentType, page))
		}
		s = discovery{root: root, hasIndex: true, counts: ix.Counts, kinds: ix.Kinds}
		return nil
	})
	return s, r, err
}

// getCmdline gets the command line of the process, which may contain secrets.
func (c *client) getCmdline(ctx context.Context, root string) (string, error) {
	q := request{subject: "the command line", path: root + "cmdline", patience: placePatience}
	var line string
	_, err := c.fetch(ctx, q, func(content io.Reader, r response) error {
		data, err := io.ReadAll(io.LimitReader(content, maxPage))
		if err != nil {
			return err
		}
		if is := body.ContentOf(r.contentType, data); is != body.ContentText {
			return c.wrongContent(q, is)
		}
		if !isCmdline(data) {
			return c.wrongContent(q, body.ContentText)
		}
		line = string(data)
		return nil
	})
	return line, err
}

// isCmdline reports whether a response can be a command line, whose arguments are
// separated by NUL. Something else, sent by a proxy, would be taken for another
// process.
func isCmdline(data []byte) bool {
	return utf8.Valid(data) && !bytes.ContainsFunc(data, func(r rune) bool { return r != 0 && unicode.IsControl(r) })
}

// discoverWithoutIndex tries the heap and then the goroutine profile of a target without an
// index page.
func (c *client) discoverWithoutIndex(ctx context.Context, root string) (discovery, error) {
	s := discovery{root: root}
	_, _, err := c.getProfile(ctx, profileRequest(root, Query{Kind: profile.Heap}))
	if err != nil {
		if _, _, err = c.getProfile(ctx, profileRequest(root, Query{Kind: profile.Goroutine})); err != nil {
			return discovery{}, err
		}
		s.kinds = []profile.Kind{profile.Goroutine}
	}
	s.cmdline, _ = c.getCmdline(ctx, root)
	return s, nil
}

// errNoPprof returns the error for a target that serves pprof at none of the paths.
func (c *client) errNoPprof(first error, tried []string) error {
	p := &problem.Problem{
		Cause: problem.CauseNotPprof, Subject: "find pprof at " + c.label(), Tried: tried[1:], Err: first,
		Why:  "the server responds, but not with pprof",
		Next: `import _ "net/http/pprof" and serve http.DefaultServeMux, or give its prefix: ` + c.target.PrefixForm(),
	}
	why, ok := errors.AsType[*problem.Problem](first)
	switch {
	case ok && why.Cause == problem.CauseMissing:
		p.Why = "the server responds, but has no " + tried[0]
	case ok && why.Cause == problem.CauseContent:
		p.Why = "the server serves another page at " + tried[0]
	case ok:
		p.Cause, p.Why, p.Next = why.Cause, why.Why, why.Next
	}
	return p
}

// serves reports whether kind is served, as far as that is known.
func (d discovery) serves(kind profile.Kind) bool {
	return len(d.kinds) == 0 || slices.Contains(d.kinds, kind)
}
