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
)

const (
	// startWait is how long a child may take to answer with its URL.
	startWait = 20 * time.Second
	// stopWait is how long a child may take to undo its leaks before it is killed.
	stopWait = 2 * time.Second
)

// Child is the sample service in a process of its own.
type Child struct {
	// URL is where it serves: "http://127.0.0.1:43123".
	URL string

	cancel context.CancelFunc
	done   chan struct{}
	err    error // once done is closed
}

// Start runs the named scenarios (see [Lookup]) in a child process and returns
// when it serves. exe is the program, which must do [Command] when called as
// "demo --serve ADDR NAMES…"; empty is this very program.
//
// The child ends with ctx, with [Child.Stop], or with this process, whatever
// ends it. It does not see a ctrl+c that is meant for its parent. The error for
// a child that does not come up holds what it said on its standard error.
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
	go c.run(running, exe, names, url)

	timeout := time.NewTimer(startWait)
	defer timeout.Stop()
	select {
	case c.URL = <-url:
		return c, nil
	case <-c.done:
		return nil, fmt.Errorf("start the sample service: %w", cmp.Or(c.err, context.Cause(ctx)))
	case <-timeout.C:
		c.Stop()
		return nil, fmt.Errorf("start the sample service: %s did not answer within %v", exe, startWait)
	}
}

// Stop ends the child and waits until it has ended.
func (c *Child) Stop() {
	c.cancel()
	<-c.done
}

// Done is closed when the child has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err says why the child ended by itself; it is nil while it runs, and when it
// was stopped.
func (c *Child) Err() error {
	select {
	case <-c.done:
		return c.err
	default:
		return nil
	}
}

// run starts the child, waits for its end, and says why in c.err.
func (c *Child) run(ctx context.Context, exe string, names []string, url chan<- string) {
	// On Linux the child is told to die with the thread that started it, so
	// this thread must stay.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(c.done)
	defer c.cancel()

	var said tail
	cmd := exec.CommandContext(ctx, exe, append([]string{"demo", "--serve", "127.0.0.1:0"}, names...)...)
	cmd.Env = childEnv(os.Environ())
	cmd.Stdout = &firstLine{line: url}
	cmd.Stderr = &said
	cmd.SysProcAttr = attributes()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		c.err = err
		return
	}
	// The child ends when its standard input does; killed if it does not.
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
		err = errors.New("the sample service ended by itself")
	}
	c.err = said.explain(err)
}

// childEnv lets the collector run twice as often as by default, so that the
// profile stays fresh and the process small when much has leaked.
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
