package check

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/leaktop/leaktop/source/childproc"
)

// maxTailLines is how much of a load's output is shown when it fails.
const maxTailLines = 10

// runCommand runs a shell command until it ends. After maxTime it kills the command,
// which is not a failure: a load may be endless. The error of a failed command includes
// the end of its output, but not the command, which may contain secrets.
func runCommand(parent context.Context, command string, maxTime time.Duration) error {
	ctx, cancel := context.WithTimeout(parent, maxTime)
	defer cancel()
	var output childproc.Tail
	cmd := childproc.Command(ctx, command, nil)
	cmd.Stdout, cmd.Stderr = &output, &output
	stdin, err := cmd.StdinPipe() // kept open: if leaktop dies, the command reads EOF
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
	return output.ExplainError(fmt.Errorf("the load command failed: %w", err), maxTailLines)
}
