package shop

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

// RequestLoad is repetitive traffic, one request at a time.
type RequestLoad struct {
	Method string // GET if empty
	Path   string // {n} is replaced by the number of the request
	Every  time.Duration
	Body   int           // size of the body in bytes
	Wait   time.Duration // how long the customer waits for a response; 5 s if 0
	Keeps  int64         // bytes retained per request, for the bound
	Files  int           // descriptors retained per request, for the bound
}

// SendRequests sends requests to the shop until ctx ends. It pauses while a bound is
// reached.
func (e *Environment) SendRequests(ctx context.Context, l RequestLoad) {
	if l.Keeps > 0 {
		e.DeclareLeak(l.Every)
	}
	body, n := make([]byte, l.Body), 0
	e.RunEvery(ctx, l.Every, func() {
		if !e.Reserve(l.Keeps, l.Files) {
			return
		}
		n++
		// A customer who gave up or was refused tries again.
		_ = e.sendRequest(ctx, l, n, body)
	})
}

// SendRequest sends one request without a body.
func (e *Environment) SendRequest(ctx context.Context, l RequestLoad) error {
	return e.sendRequest(ctx, l, 0, nil)
}

func (e *Environment) sendRequest(ctx context.Context, l RequestLoad, n int, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(l.Wait, 5*time.Second))
	defer cancel()
	url := e.URL + strings.ReplaceAll(l.Path, "{n}", strconv.Itoa(n))
	req, err := http.NewRequestWithContext(ctx, cmp.Or(l.Method, http.MethodGet), url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("ask %s: %w", l.Path, err)
	}
	resp, err := e.client.Do(req)
	if err != nil {
		return fmt.Errorf("ask %s: %w", l.Path, err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return fmt.Errorf("read %s: %w", l.Path, err)
	}
	return nil
}
