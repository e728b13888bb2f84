package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
)

// Request is one request to a store.
type Request struct {
	Subject     string     // for error messages: "the profile types"
	Verb        string     // for error messages: "write"; empty means "get"
	Path        string     // relative to the address of the store: "/api/profiles/types"
	Query       url.Values // may be nil
	Body        []byte     // sent by POST, if not nil
	ContentType string     // of Body
	// MaxBytes bounds the response, in bytes; 0 means the bound of a profile.
	MaxBytes int64
}

// Requester sends requests to one store. It adds credentials, and bounds time and size.
type Requester interface {
	// Send passes the content of a successful response to read. The error tells the user
	// what happened and what to do; see [IsMissing] and [IsRefused].
	Send(ctx context.Context, r Request, read func(io.Reader) error) error
}

// StatusError is an error of a [Requester] that has an HTTP status.
type StatusError interface {
	error
	// HTTPStatus is the status of the answer, 0 if there was none.
	HTTPStatus() int
}

// statusOf returns the HTTP status of an error, 0 if there was no answer.
func statusOf(err error) int {
	if e, ok := errors.AsType[StatusError](err); ok {
		return e.HTTPStatus()
	}
	return 0
}

// IsMissing reports whether the store responded that the resource does not exist (404).
func IsMissing(err error) bool { return statusOf(err) == 404 }

// IsRefused reports whether a retry cannot succeed: the store answered that the request
// is wrong or exceeds a limit. Missing credentials do not count, because a token may be
// replaced.
func IsRefused(err error) bool {
	switch status := statusOf(err); status {
	case 401, 403, 407, 408, 425, 429:
		return false
	default:
		return status >= 400 && status < 500
	}
}

// GetJSON sends a request and decodes the JSON of the response into out.
func GetJSON(ctx context.Context, to Requester, r Request, out any) error {
	return to.Send(ctx, r, func(body io.Reader) error {
		err := json.NewDecoder(body).Decode(out)
		if err == nil || errors.Is(err, io.ErrUnexpectedEOF) { // the response was cut off
			return err
		}
		return fmt.Errorf("%w: %w", ErrContent, err)
	})
}

// PostJSON posts in as JSON and decodes the JSON of the response into out, which may be
// nil.
func PostJSON(ctx context.Context, to Requester, r Request, in, out any) error {
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(in); err != nil {
		return fmt.Errorf("encode %s: %w", r.Subject, err)
	}
	r.Body, r.ContentType = body.Bytes(), "application/json"
	if out == nil {
		return to.Send(ctx, r, func(b io.Reader) error {
			_, err := io.Copy(io.Discard, b)
			return err
		})
	}
	return GetJSON(ctx, to, r, out)
}

// ErrContent reports that a response is not one of this kind of store.
var ErrContent = errors.New("the answer is not what this kind of store sends")
