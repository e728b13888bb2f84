package demo

import (
	"context"
	"fmt"
	"io"
	"os"
)

// parentEnv, when 1, tells the service that a parent holds its standard input
// open, and that it is to end when that closes: a pipe closes whatever ends the
// parent, a SIGKILL too.
const parentEnv = "LEAKTOP_DEMO_PARENT"

// Command is what "demo --serve ADDR NAMES…" does: it runs the named scenarios
// until ctx ends, or until stdin ends if [Start] started this process. The
// first line on stdout is the service's URL, the next ones say what it runs.
// The error is that of [Lookup] or [Serve].
func Command(ctx context.Context, addr string, names []string, stdin io.Reader, stdout io.Writer) error {
	scenarios, err := Lookup(names)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if os.Getenv(parentEnv) == "1" {
		go func() {
			_, _ = io.Copy(io.Discard, stdin) // however it ends, the parent is gone
			cancel()
		}()
	}
	return Serve(ctx, addr, scenarios, func(url string) {
		fmt.Fprintln(stdout, url)
		_ = List(stdout, scenarios) // nobody reads it when this fails
	})
}
