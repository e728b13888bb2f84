package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"

	"github.com/leaktop/leaktop/source/childproc"
)

const (
	// startWait is how long a child may take to report its URL.
	startWait = 20 * time.Second
	// stopWait is how long a child may take to undo its leaks before it is killed.
	stopWait = 2 * time.Second
)

// Child is the sample service in a child process.
type Child struct {
	// URL is the service's URL: "http://127.0.0.1:43123".
	URL string

	cancel context.CancelFunc
	done   chan struct{}
	err    error // valid once done is closed
}

// Start runs the named scenarios (see [Lookup]) in a child process and returns
// once it serves. exe is the program to run as "demo --serve ADDR NAMES…", which
// must call [Command]; if empty, it is this program.
//
// The child ends with ctx, with [Child.Stop], or with this process, however it
// ends. It does not receive a ctrl+c meant for its parent. If the child fails to
// start, the error includes its standard error.
func Start(ctx context.Context, exe string, names []string) (*Child, error) {
	if _, err := Lookup(names); err != nil {
		return nil, err
	}
	if exe == "" {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("start the sample service: %w", err)
		}
		exe = self
	}
	running, cancel := context.WithCancel(ctx)
	c := &Child{cancel: cancel, done: make(chan struct{})}
	url := make(chan string, 1)
	go c.runProcess(running, exe, names, url)

	timeout := time.NewTimer(startWait)
	defer timeout.Stop()
	select {
	case c.URL = <-url:
		return c, nil
	case <-c.done:
		return nil, fmt.Errorf("start the sample service: %w", cmp.Or(c.err, context.Cause(ctx)))
	case <-timeout.C:
		return nil, errors.Join(fmt.Errorf("start the sample service: %s did not answer within %v", exe, startWait), c.Stop())
	}
}

// Stop ends the child and waits for it. It returns why the child ended on its own, if it
// did.
func (c *Child) Stop() error {
	c.cancel()
	<-c.done
	return c.err
}

// runProcess starts the child, waits for it, and sets c.err.
func (c *Child) runProcess(ctx context.Context, exe string, names []string, url chan<- string) {
	// On Linux the child is killed when the thread that started it ends, so this
	// thread must not end.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(c.done)
	defer c.cancel()

	var output childproc.Tail
	cmd := exec.CommandContext(ctx, exe, append([]string{"demo", "--serve", "127.0.0.1:0"}, names...)...)
	cmd.Env = childEnv(os.Environ())
	cmd.Stdout = &firstLine{line: url}
	cmd.Stderr = &output
	cmd.SysProcAttr = childAttributes()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		c.err = err
		return
	}
	// Closing its standard input ends the child. WaitDelay kills it otherwise.
	cmd.Cancel = func() error { return ignoreClosed(stdin.Close()) }
	cmd.WaitDelay = stopWait
	if c.err = cmd.Start(); c.err != nil {
		return
	}
	err = cmd.Wait()
	if ctx.Err() != nil {
		return // was stopped
	}
	if err == nil {
		err = errors.New("the sample service ended on its own")
	}
	c.err = output.ExplainError(err, maxOutput)
}

// maxOutput is how many lines of a failed child's output are shown: as many as a
// panic has in a goroutine.
const maxOutput = 30

// childEnv sets GOGC=50, unless GOGC is set, so that the profile stays fresh and
// the process small when a lot has leaked.
func childEnv(env []string) []string {
	own := []string{parentEnv + "=1"}
	if _, set := os.LookupEnv("GOGC"); !set {
		own = append(own, "GOGC=50")
	}
	return append(env, own...)
}

func ignoreClosed(err error) error {
	if errors.Is(err, os.ErrClosed) || errors.Is(err, io.ErrClosedPipe) {
		return nil
	}
	return err
}
