package demo

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// requestLoad is repetitive traffic, one request at a time.
type requestLoad struct {
	method string // GET if empty
	path   string // {n} is replaced by the number of the request
	every  time.Duration
	body   int           // size of the body in bytes
	wait   time.Duration // how long the customer waits for a response; 5 s if 0
	keeps  int64         // bytes retained per request, for the bound
	files  int           // descriptors retained per request, for the bound
}

// sendRequests sends requests to the shop until ctx ends. It pauses while a bound is
// reached.
func (e *environment) sendRequests(ctx context.Context, l requestLoad) {
	l.method = cmp.Or(l.method, http.MethodGet)
	l.wait = cmp.Or(l.wait, 5*time.Second)
	if l.keeps > 0 {
		e.declareLeak(l.every)
	}
	body, n := make([]byte, l.body), 0
	e.runEvery(ctx, l.every, func() {
		if !e.bound.reserve(l.keeps, l.files) {
			return
		}
		n++
		// A customer who gave up or was refused tries again.
		_ = e.sendRequest(ctx, l, n, body)
	})
}

func (e *environment) sendRequest(ctx context.Context, l requestLoad, n int, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, l.wait)
	defer cancel()
	url := e.url + strings.ReplaceAll(l.path, "{n}", strconv.Itoa(n))
	req, err := http.NewRequestWithContext(ctx, l.method, url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("ask %s: %w", l.path, err)
	}
	resp, err := e.client.Do(req)
	if err != nil {
		return fmt.Errorf("ask %s: %w", l.path, err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return fmt.Errorf("read %s: %w", l.path, err)
	}
	return nil
}
