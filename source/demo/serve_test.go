package demo

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

// TestServeUndoesItsLeaks runs all leaks and ends the service; TestMain checks
// that no blocked goroutine is left.
func TestServeUndoesItsLeaks(t *testing.T) {
	t.Parallel()
	var scenarios []shop.Scenario
	for _, s := range Scenarios() {
		if !s.Endless {
			scenarios = append(scenarios, s)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := serve(ctx, ":0", scenarios, func(url string) {
		if !strings.HasPrefix(url, "http://127.0.0.1:") {
			t.Errorf("serves on %s, want a loopback address", url)
		}
		time.AfterFunc(2500*time.Millisecond, cancel)
	})
	if err != nil {
		t.Error(err)
	}
}

// TestServeEndsAtOnce ends the service before any scenario has done anything.
func TestServeEndsAtOnce(t *testing.T) {
	t.Parallel()
	var scenarios []shop.Scenario
	for _, s := range Scenarios() {
		if !s.Endless {
			scenarios = append(scenarios, s)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := serve(ctx, "127.0.0.1:0", scenarios, nil); err != nil {
		t.Error(err)
	}
}

func TestServeRefusesAddress(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, addr := range []string{taken.Addr().String(), "no address", "127.0.0.1:99999"} {
		err := serve(context.Background(), addr, nil, nil)
		if err == nil || !strings.Contains(err.Error(), "serve the sample service on "+addr) {
			t.Errorf("%s: error %v, want one that names the address", addr, err)
		}
	}
}

func TestServedPages(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	scenarios := defaults()
	url, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- serve(ctx, "127.0.0.1:0", scenarios, func(u string) { url <- u }) }()
	u := <-url
	for path, want := range map[string]string{
		"/":                     "stuck-send",
		"/debug/pprof/":         "full goroutine stack dump",
		"/debug/pprof/cmdline":  filepath.Base(os.Args[0]),
		"/debug/vars":           `"memstats"`,
		"/debug/pprof/symbol":   "num_symbols",
		"/debug/pprof/block":    "",
		"/search?from=1":        "",
		"/debug/pprof/mutex":    "",
		"/prices/1?unused=true": "",
	} {
		body, err := fetch(u + path)
		if path == "/prices/1?unused=true" {
			if err == nil || !strings.Contains(err.Error(), "502") {
				t.Errorf("%s: error %v, want the supplier's refusal passed on", path, err)
			}
			continue
		}
		if err != nil || !strings.Contains(body, want) {
			t.Errorf("%s: %.80q, error %v, want %q in it", path, body, err, want)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
