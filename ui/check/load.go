package check

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/childproc"
	"github.com/leaktop/leaktop/ui/format"
)

// runCommand runs a shell command until it ends, but at most for most: an endless
// load is then killed, which is not a failure. The error of a failed command
// includes the end of its output, but not the command, which may contain secrets.
func runCommand(parent context.Context, command string, most time.Duration) error {
	ctx, cancel := context.WithTimeout(parent, most)
	defer cancel()
	var said outputTail
	cmd := childproc.Command(ctx, command, nil)
	cmd.Stdout, cmd.Stderr = &said, &said
	stdin, err := cmd.StdinPipe() // kept open: its end signals ours to the command
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return fmt.Errorf("start the load command: %w", err)
	}
	if err := childproc.Adopt(cmd); err != nil {
		cancel()
		return fmt.Errorf("start the load command: %w", errors.Join(err, stdin.Close(), cmd.Wait()))
	}
	err = cmd.Wait()
	childproc.Sweep(cmd)
	switch {
	case parent.Err() != nil:
		return context.Cause(parent)
	case err == nil, ctx.Err() != nil, errors.Is(err, exec.ErrWaitDelay): // it left something behind that we ended
		return nil
	}
	return fmt.Errorf("the load command failed: %w%s", err, said.errorText())
}

// outputTail keeps the end of what is written to it.
type outputTail struct {
	mu  sync.Mutex
	end []byte
}

// How much of a load's output is kept, and how much is shown when it fails.
const (
	maxTailBytes = 4 << 10
	maxTailLines = 10
)

func (t *outputTail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, p...)
	t.end = t.end[max(len(t.end)-maxTailBytes, 0):]
	return len(p), nil
}

// errorText returns the last lines, safe for a terminal, each preceded by a
// newline.
func (t *outputTail) errorText() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.end)), "\n")
	if lines[0] == "" {
		return ", and said nothing"
	}
	out := "; it said:"
	for _, l := range lines[max(len(lines)-maxTailLines, 0):] {
		out += "\n  " + format.Clean(l)
	}
	return out
}
