package kube

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/leaktop/leaktop/source/kube/detached"
)

const (
	// forwardStartTimeout bounds the time until the command's port is open.
	forwardStartTimeout = 20 * time.Second
	// forwardStableAfter is how long the command must have run for its next failure to
	// count as the first.
	forwardStableAfter = 10 * time.Second
)

// forwardKey is the destination of a port-forward.
type forwardKey struct {
	namespace, name string
	port            int
}

// commandForward is "CMD port-forward" as a child process. It is started when needed, and
// restarted when it has died or hangs.
type commandForward struct {
	kubectl *kubectlAPI
	key     forwardKey

	mu      sync.Mutex // held while the child starts
	child   *child
	address string
	began   time.Time
	pause   *wait.Backoff
	next    time.Time // earliest restart

	open     atomic.Int32 // number of connections, with those that are being made
	lastRead atomic.Int64 // when a byte arrived on any of them, in Unix nanoseconds
}

// forwardTo returns the forward to a port, for one connection: its dialForward must be
// called. It stops unused ones.
func (k *kubectlAPI) forwardTo(key forwardKey) *commandForward {
	k.mu.Lock()
	defer k.mu.Unlock()
	for other, f := range k.forwards {
		if other != key && f.open.Load() == 0 {
			delete(k.forwards, other)
			go f.stopChild()
		}
	}
	f := k.forwards[key]
	if f == nil {
		f = &commandForward{kubectl: k, key: key, pause: newBackoff()}
		k.forwards[key] = f
	}
	k.last = f
	f.open.Add(1)
	return f
}

// dialForward makes the connection that the forward was returned for.
func (f *commandForward) dialForward(ctx context.Context) (net.Conn, error) {
	c, err := f.dialChild(ctx)
	if err != nil {
		f.open.Add(-1)
		return nil, err
	}
	return c, nil
}

func (f *commandForward) dialChild(ctx context.Context) (net.Conn, error) {
	open, err := detached.Run(ctx, func() (openPort, error) { return f.ensureChild(ctx) }, func(openPort) {})
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", open.address)
	if err != nil {
		open.child.cancelChild()
		return nil, err
	}
	return &forwardedConn{Conn: c, forward: f, child: open.child}, nil
}

// openPort is the port of a child.
type openPort struct {
	child   *child
	address string
}

// ensureChild starts the child if necessary and returns its port.
func (f *commandForward) ensureChild(ctx context.Context) (openPort, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.child != nil && !f.child.hasEnded() {
		return openPort{f.child, f.address}, nil
	}
	if f.child != nil && time.Since(f.began) > forwardStableAfter {
		f.pause = newBackoff()
	}
	sleepFor(ctx, time.Until(f.next))
	if ctx.Err() != nil {
		return openPort{}, context.Cause(ctx)
	}
	f.next = time.Now().Add(f.pause.Step())
	return f.startForward(ctx)
}

// startForward runs the child until its port is open.
func (f *commandForward) startForward(ctx context.Context) (openPort, error) {
	args := f.kubectl.commandArgs(f.key.namespace, "port-forward", "--address", "127.0.0.1", "pod/"+f.key.name, ":"+strconv.Itoa(f.key.port))
	c, err := startChild(context.Background(), f.kubectl.command, args, f.kubectl.stderr)
	if err != nil {
		return openPort{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, forwardStartTimeout)
	defer cancel()
	address, err := detached.Run(ctx, func() (string, error) { return readAddress(c.stdout) }, func(string) {})
	if err != nil {
		c.cancelChild()
		waitErr := c.waitOnce()
		if errors.Is(err, io.EOF) {
			return openPort{}, f.kubectl.commandError(args, c, errors.Join(err, waitErr))
		}
		return openPort{}, err
	}
	f.child, f.address, f.began = c, address, time.Now()
	go func() { _ = c.waitOnce() }()
	return openPort{c, address}, nil
}

var forwardingLine = regexp.MustCompile(`^Forwarding from (127\.0\.0\.1:\d+) -> `)

// readAddress reads up to the line that names the open port. It discards the rest in
// the background, so that the child never blocks.
func readAddress(out io.Reader) (string, error) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := forwardingLine.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return m[1], nil
		}
	}
	if err := lines.Err(); err != nil {
		return "", fmt.Errorf("read output: %w", err)
	}
	return "", io.EOF
}

func (f *commandForward) stopChild() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.child != nil {
		f.child.cancelChild()
	}
}

func (f *commandForward) localAddress() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.child == nil || f.child.hasEnded() {
		return ""
	}
	return f.address
}

// lastWords returns the child's last message, or "".
func (f *commandForward) lastWords() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.child == nil {
		return ""
	}
	return f.child.lastWords()
}
