package source

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/body"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/decode"
	"github.com/leaktop/leaktop/profile/plain"
)

// profileRequest returns the request for one profile under root.
func profileRequest(root string, q Query) request {
	r := request{subject: string(q.Kind), path: root + string(q.Kind), collectFor: time.Duration(q.Seconds) * time.Second}
	var query []string
	if q.GC && q.Kind == profile.Heap {
		query = append(query, "gc=1")
	}
	if q.Debug > 0 {
		query = append(query, "debug="+strconv.Itoa(q.Debug))
		r.subject += " with full stacks"
		r.acceptGzip = true
	} else if q.Kind != profile.Trace {
		r.bytes = decode.MaxSize
	}
	if q.Seconds > 0 {
		query = append(query, "seconds="+strconv.Itoa(q.Seconds))
	}
	r.query = strings.Join(query, "&")
	return r
}

// getProfile requests one profile and checks that the response is one.
func (c *client) getProfile(ctx context.Context, q request) ([]byte, response, error) {
	var data []byte
	r, err := c.fetch(ctx, q, func(content io.Reader, r response) error {
		var err error
		if data, err = readBody(content, q.buffer); err != nil {
			return err
		}
		switch is := body.ContentOf(r.contentType, data); is {
		case body.ContentProfile, body.ContentStacks, body.ContentTrace:
			return nil
		default:
			return c.wrongContent(q, is)
		}
	})
	if err != nil {
		return nil, r, err
	}
	r.Size = plainSize(data)
	return data, r, nil
}

// readBody reads a body into the memory of buffer, and more if that does not suffice.
func readBody(r io.Reader, buffer []byte) ([]byte, error) {
	b := slices.Grow(buffer[:0], 512)
	for {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF { //nolint:errorlint // as io.ReadAll does
			return b, nil
		}
		if err != nil {
			return b, err
		}
		if len(b) == cap(b) {
			b = slices.Grow(b, max(len(b)/4, 512))
		}
	}
}

// maxReused bounds, in bytes, the memory that is kept for the next body.
const maxReused = 16 << 20

// bufferLike returns memory for the next body of a size like that of the last one: the
// same, unless far less suffices.
func bufferLike(last []byte) []byte {
	switch room := len(last) + len(last)/16; {
	case room > maxReused:
		return nil
	case cap(last) > room+room/16:
		return make([]byte, 0, room)
	}
	return last[:0]
}

// plainSize returns the size in bytes of a profile before gzip, by the last four
// bytes of the file (RFC 1952, ISIZE). It is used only to estimate cost.
func plainSize(data []byte) int64 {
	if n := len(data); n >= 18 && data[0] == 0x1f && data[1] == 0x8b {
		return int64(binary.LittleEndian.Uint32(data[n-4:]))
	}
	return int64(len(data))
}

// wrongContent returns the error for a response with unexpected content.
func (c *client) wrongContent(q request, is body.Content) error {
	p := &problem.Problem{Cause: problem.CauseContent, Subject: c.describe(q), Why: "the response is not a profile but " + string(is)}
	switch is {
	case body.ContentIndex:
		p.Cause, p.Why = problem.CauseIndex, "the response is the index page, not the profile"
		if prefix, name, found := strings.Cut(q.path, "/debug/pprof/"); found && prefix != "" && name != "" {
			p.Next = fmt.Sprintf("pprof.Index works only at /debug/pprof/; register it with http.StripPrefix(%q, http.HandlerFunc(pprof.Index))", plain.Clip(prefix, 60))
		}
	case body.ContentEmpty:
		p.Cause, p.Why = problem.CauseCut, "the response is empty"
		p.Next = "check whether the server's WriteTimeout is shorter than the profile takes"
	case body.ContentHTML:
		p.Next = "the port may belong to a web interface: use the one that serves pprof"
	}
	return p
}

// pprofHandlers are the profiles for which net/http/pprof has separate functions.
var pprofHandlers = map[profile.Kind]string{profile.CPU: "Profile", profile.Trace: "Trace"}

// errNotServed returns the error for a profile that is not served while others are. It
// says what to register. err is how the request failed; it may be nil.
func (c *client) errNotServed(err error, root string, kind profile.Kind) error {
	q := profileRequest(root, Query{Kind: kind})
	register := fmt.Sprintf("register it: router.Handle(%q, pprof.Handler(%q)), of net/http/pprof", q.path, kind)
	if h, ok := pprofHandlers[kind]; ok {
		register = fmt.Sprintf("register it: router.HandleFunc(%q, pprof.%s), of net/http/pprof", q.path, h)
	}
	p, ok := errors.AsType[*problem.Problem](err)
	switch {
	case !ok, p.Cause == problem.CauseMissing:
		return &problem.Problem{
			Cause: problem.CauseMissing, Subject: c.describe(q), Err: err, Next: register,
			Why: "the service serves pprof, but not this profile",
		}
	case p.Next != "":
		return p
	}
	return &problem.Problem{Cause: p.Cause, Subject: p.Subject, Why: p.Why, Next: register, Err: err}
}
