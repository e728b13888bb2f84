package kube

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"sync"

	"github.com/leaktop/leaktop/source/childproc"
	"github.com/leaktop/leaktop/source/kube/fault"
)

// child is a command that ends when this process ends, however it ends.
type child struct {
	cmd        *exec.Cmd
	cancel     context.CancelFunc
	stdout     io.ReadCloser
	stderrTail *outputTail
	done       chan struct{}
	once       sync.Once
	err        error
}

// startChild runs a shell command followed by args, without access to the
// terminal.
func startChild(ctx context.Context, command string, args []string, stderr io.Writer) (*child, error) {
	ctx, cancel := context.WithCancel(ctx)
	c := &child{cmd: childproc.Command(ctx, command, args), cancel: cancel, stderrTail: &outputTail{}, done: make(chan struct{})}
	c.cmd.Stderr = io.MultiWriter(c.stderrTail, stderr)
	stdin, err := c.cmd.StdinPipe() // held open: closing it ends the child
	if err == nil {
		c.stdout, err = c.cmd.StdoutPipe()
	}
	if err == nil {
		err = c.cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, fault.New(err, "", "run %s: %v", command, err)
	}
	if err := childproc.Adopt(c.cmd); err != nil {
		cancel()
		return nil, fault.New(errors.Join(err, stdin.Close(), c.waitOnce()), "", "run %s: %v", command, err)
	}
	return c, nil
}

// waitOnce waits for the command. If the output is needed, read it first.
func (c *child) waitOnce() error {
	c.once.Do(func() {
		c.err = c.cmd.Wait()
		c.cancel()
		childproc.Sweep(c.cmd)
		close(c.done)
	})
	<-c.done
	return c.err
}

func (c *child) cancelChild() { c.cancel() }

func (c *child) hasEnded() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// notFound reports whether the shell did not find the command.
func (c *child) notFound() bool {
	return c.cmd.ProcessState != nil && c.cmd.ProcessState.ExitCode() == 127
}

func (c *child) lastWords() string { return c.stderrTail.bestLine() }

// outputTail keeps the end of a command's output.
type outputTail struct{ childproc.Tail }

// klogPrefix matches the prefix of kubectl's log lines.
var klogPrefix = regexp.MustCompile(`^[EFIW]\d{4} [\d:.]+ +\d+ [^\]]*\] `)

// bestLine returns the most informative line: kubectl's last error, or else the last
// line.
func (t *outputTail) bestLine() string {
	found := ""
	for line := range strings.Lines(t.String()) {
		line = klogPrefix.ReplaceAllString(fault.CleanText(line), "")
		if line != "" && (!strings.Contains(found, "an error occurred forwarding") || strings.Contains(line, "an error occurred forwarding")) {
			found = line
		}
	}
	return found
}
