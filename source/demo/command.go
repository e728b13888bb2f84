package demo

import (
	"context"
	"fmt"
	"io"
	"os"
)

// parentEnv, if 1, makes the service end when its standard input closes. The
// parent holds it open, and the pipe closes however the parent ends, SIGKILL
// included.
const parentEnv = "LEAKTOP_DEMO_PARENT"

// Command implements "demo --serve ADDR NAMES…": it runs the named scenarios until
// ctx ends, or until stdin ends if [Start] started this process. The first line on
// stdout is the service's URL; a list of the scenarios follows. The error is that
// of [Lookup] or serve.
func Command(ctx context.Context, addr string, names []string, stdin io.Reader, stdout io.Writer) error {
	scenarios, err := Lookup(names)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if os.Getenv(parentEnv) == "1" {
		go func() {
			_, _ = io.Copy(io.Discard, stdin) // any end means that the parent is gone
			cancel()
		}()
	}
	return serve(ctx, addr, scenarios, func(url string) {
		fmt.Fprintln(stdout, url)
		_ = List(stdout, scenarios) // fails only if stdout is closed
	})
}
