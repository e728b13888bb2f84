package demo

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leaktop/leaktop/e2e/eventually"
)

// patience is how long a test waits for something that must happen.
const patience = eventually.Patience

// TestMain lets the test binary act as the child, and as a parent of one.
func TestMain(m *testing.M) {
	role := ""
	if len(os.Args) > 1 {
		role = os.Args[1]
	}
	switch role {
	case "demo":
		os.Exit(child(os.Args[3], os.Args[4:]))
	case "parent":
		os.Exit(parent())
	default:
		eventually.RunMoreInParallel(2)
		goleak.VerifyTestMain(m)
	}
}

func child(addr string, names []string) int {
	if text := os.Getenv("DEMO_TEST_CRASH"); text != "" {
		fmt.Fprintln(os.Stderr, text)
		return 3
	}
	if os.Getenv("DEMO_TEST_RATE") == "" {
		// With a high sampling rate, all scenarios show within seconds.
		runtime.MemProfileRate = 16 << 10
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if life, err := time.ParseDuration(os.Getenv("DEMO_TEST_LIFE")); err == nil {
		time.AfterFunc(life, func() {
			fmt.Fprintln(os.Stderr, "out of luck")
			os.Exit(4)
		})
	}
	if err := Command(ctx, addr, names, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	return 0
}

// parent starts a child, prints its URL, and waits to be killed.
func parent() int {
	c, err := Start(context.Background(), os.Args[0], []string{"select-forever"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	fmt.Println(c.URL)
	<-c.done
	return 1
}

// stop ends a child that should still be running.
func stop(t *testing.T, c *Child) {
	t.Helper()
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
}
