package demo

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestBound(t *testing.T) {
	t.Parallel()
	b := &bound{fileLimit: 10}
	for _, test := range []struct {
		memory int64
		files  int
		want   bool
	}{
		{maxMemory / 2, 9, true},
		{1, 2, false},
		{1, 1, true},
		{maxMemory / 2, 0, false},
		{0, 0, true}, // takes nothing: goes on at the bound
		{maxMemory/2 - 1, 0, true},
		{1, 0, false},
		{0, 1, false},
	} {
		if got := b.reserve(test.memory, test.files); got != test.want {
			t.Errorf("take(%d, %d) = %v, want %v", test.memory, test.files, got, test.want)
		}
	}
	if memory, files, full := b.usage(); memory != maxMemory || files != 10 || !full {
		t.Errorf("used() = %d, %d, %v", memory, files, full)
	}
	if n := newBound().fileLimit; n < 1 || n > maxFiles {
		t.Errorf("the limit of open files is %d", n)
	}
}

// TestLoadPausesAtBound sees that a load stops when a bound is reached, and that
// the index says so.
func TestLoadPausesAtBound(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 100)
	s := Scenario{Name: "greedy", start: func(ctx context.Context, e *environment) {
		e.handlePage("GET /greedy", func(http.ResponseWriter, *http.Request) { asked <- struct{}{} })
		e.sendRequests(ctx, requestLoad{path: "/greedy", every: time.Millisecond, keeps: maxMemory / 3})
	}}
	ctx, cancel := context.WithCancel(context.Background())
	url, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- Serve(ctx, "127.0.0.1:0", []Scenario{s}, func(u string) { url <- u }) }()
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

func TestArena(t *testing.T) {
	t.Parallel()
	a := &arena{}
	for range 3 {
		if err := a.mapBlock(64 << 10); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.blocks) != 3 || len(a.blocks[2]) != 64<<10 || a.blocks[2][4096] != 1 {
		t.Errorf("the arena has %d blocks", len(a.blocks))
	}
	a.unmapAll()
	if len(a.blocks) != 0 {
		t.Errorf("the arena still has %d blocks", len(a.blocks))
	}
}
