package demo

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

// TestLoadPausesAtBound checks that a load stops when a bound is reached, and
// that the index page says so.
func TestLoadPausesAtBound(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 100)
	s := shop.Scenario{Name: "greedy", Start: func(ctx context.Context, e *shop.Environment) {
		e.HandlePage("GET /greedy", func(http.ResponseWriter, *http.Request) { asked <- struct{}{} })
		e.SendRequests(ctx, shop.RequestLoad{Path: "/greedy", Every: time.Millisecond, Keeps: e.Usage().MaxMemory / 3})
	}}
	ctx, cancel := context.WithCancel(context.Background())
	url, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- serve(ctx, "127.0.0.1:0", []shop.Scenario{s}, func(u string) { url <- u }) }()
	u, page := <-url, ""
	for end := time.Now().Add(patience); !strings.Contains(page, "are paused") && time.Now().Before(end); {
		page = get(t, u)
	}
	if !strings.Contains(page, "are paused") || !strings.Contains(page, "1023 of 1024 MiB") {
		t.Errorf("the index does not say that the bound is reached:\n%s", page)
	}
	if n := len(asked); n != 3 {
		t.Errorf("%d requests came, want 3", n)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
