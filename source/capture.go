package source

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// profileRequest is the request for one profile under root.
func profileRequest(root string, q Query) request {
	r := request{what: string(q.Kind), path: root + string(q.Kind), after: time.Duration(q.Seconds) * time.Second}
	var query []string
	if q.GC && q.Kind == profile.Heap {
		query = append(query, "gc=1")
	}
	if q.Debug > 0 {
		query = append(query, "debug="+strconv.Itoa(q.Debug))
		r.what += " with full stacks"
		r.pack = true
	} else if q.Kind != profile.Trace {
		r.bytes = profile.MaxSize
	}
	if q.Seconds > 0 {
		query = append(query, "seconds="+strconv.Itoa(q.Seconds))
	}
	r.query = strings.Join(query, "&")
	return r
}

// profile asks for one profile and checks that it is one.
func (c *client) profile(ctx context.Context, q request) ([]byte, reply, error) {
	var data []byte
	r, err := c.get(ctx, q, func(body io.Reader, r reply) error {
		var err error
		if data, err = io.ReadAll(body); err != nil {
			return err
		}
		switch is := contentOf(r.mime, data); is {
		case contentProfile, contentStacks, contentTrace:
			return nil
		default:
			return c.wrongContent(q, is)
		}
	})
	if err != nil {
		return nil, r, err
	}
	r.size = plainSize(data)
	return data, r, nil
}

// plainSize is the size in bytes of a profile before gzip, as the last four
// bytes of the file say (RFC 1952, ISIZE). It is only used to judge cost.
func plainSize(data []byte) int64 {
	if n := len(data); n >= 18 && data[0] == 0x1f && data[1] == 0x8b {
		return int64(binary.LittleEndian.Uint32(data[n-4:]))
	}
	return int64(len(data))
}

// wrongContent explains an answer that is not what was asked for.
func (c *client) wrongContent(q request, is content) error {
	p := &Problem{Cause: CauseContent, What: c.what(q), Why: "the answer is no profile but " + string(is)}
	switch is {
	case contentIndex:
		p.Cause, p.Why = CauseIndex, "the answer is the index page, not the profile"
		if prefix, name, found := strings.Cut(q.path, "/debug/pprof/"); found && prefix != "" && name != "" {
			p.Next = fmt.Sprintf("pprof.Index works only at /debug/pprof/; register it with http.StripPrefix(%q, http.HandlerFunc(pprof.Index))", clean(prefix, 60))
		}
	case contentEmpty:
		p.Cause, p.Why = CauseCut, "the answer is empty"
		p.Next = "the server's WriteTimeout may be shorter than the profile takes"
	case contentHTML:
		p.Next = "the port may be that of a web interface: give the one that serves pprof"
	}
	return p
}

// handlers are what net/http/pprof serves by functions of their own.
var handlers = map[profile.Kind]string{profile.CPU: "Profile", profile.Trace: "Trace"}

// unserved explains a profile that is not there while others are: with what to
// register. err may be nil, or how it was refused.
func (c *client) unserved(err error, root string, kind profile.Kind) error {
	q := profileRequest(root, Query{Kind: kind})
	register := fmt.Sprintf("register it: router.Handle(%q, pprof.Handler(%q)), of net/http/pprof", q.path, kind)
	if h, ok := handlers[kind]; ok {
		register = fmt.Sprintf("register it: router.HandleFunc(%q, pprof.%s), of net/http/pprof", q.path, h)
	}
	p, ok := errors.AsType[*Problem](err)
	switch {
	case !ok, p.Cause == CauseMissing:
		return &Problem{
			Cause: CauseMissing, What: c.what(q), Err: err, Next: register,
			Why: "the service serves pprof, but not this profile",
		}
	case p.Next != "":
		return p
	}
	return &Problem{Cause: p.Cause, What: p.What, Why: p.Why, Next: register, Err: err}
}
