package serving

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/target"
)

// Not in parallel, because a process has only one CPU profile at a time.
func TestLeaktopWatchesEachFramework(t *testing.T) {
	for name, make := range map[string]func() http.Handler{
		"net/http": NetHTTP, "gorilla": Gorilla, "chi": Chi, "gin": Gin, "echo": Echo,
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(make())
			t.Cleanup(srv.Close)
			watch(t, srv.URL)
		})
	}
}

func TestLeaktopWatchesFiber(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	app := Fiber()
	done := make(chan error, 1)
	go func() { done <- app.Listener(l) }()
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	watch(t, "http://"+l.Addr().String())
}

func TestLoopbackServes(t *testing.T) {
	srv := Loopback(NetHTTP())
	if !strings.HasPrefix(srv.Addr, "127.0.0.1:") {
		t.Errorf("it listens on %s", srv.Addr)
	}
	if err := srv.Close(); err != nil {
		t.Error(err)
	}
}

// watch checks that leaktop gets a heap and a goroutine profile, and a CPU
// profile on request.
func watch(t *testing.T, url string) {
	t.Helper()
	parsed, err := target.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	src, err := source.Open(ctx, parsed, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	captures := make(chan profile.Kind, 100)
	done := make(chan error, 1)
	go func() {
		done <- src.Watch(ctx, func(m source.Message) {
			if c, ok := m.(source.Capture); ok {
				captures <- c.Kind
			}
		})
	}()
	for heap, goroutine := false, false; !heap || !goroutine; {
		select {
		case k := <-captures:
			heap, goroutine = heap || k == profile.Heap, goroutine || k == profile.Goroutine
		case <-ctx.Done():
			t.Fatalf("heap came: %v, goroutine came: %v", heap, goroutine)
		}
	}
	if c, err := src.Fetch(ctx, source.Query{Kind: profile.CPU, Seconds: 1}); err != nil || len(c.Data) == 0 {
		t.Errorf("a CPU profile: %d bytes, %v", len(c.Data), err)
	}
	cancel()
	<-done
	if err := src.Close(); err != nil {
		t.Error(err)
	}
}

// TestPageShowsTheseFiles checks that the guide page has the tested code.
func TestPageShowsTheseFiles(t *testing.T) {
	page, err := os.ReadFile("../../docs/serving-pprof.md")
	if err != nil {
		t.Fatal(err)
	}
	function := regexp.MustCompile(`(?s)\nfunc .*`)
	for _, file := range []string{"nethttp.go", "loopback.go", "gorilla.go", "chi.go", "gin.go", "echo.go", "fiber.go"} {
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if f := strings.TrimSpace(function.FindString(string(code))); f == "" || !strings.Contains(string(page), f) {
			t.Errorf("the page lacks what %s has:\n%s", file, f)
		}
	}
}
