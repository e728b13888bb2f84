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
)

const (
	// forwardReady is how long the command may take until its port is open.
	forwardReady = 20 * time.Second
	// forwardSound is how long it must have run for the next failure to be a
	// first one.
	forwardSound = 10 * time.Second
)

// forwardKey is where a port-forward leads.
type forwardKey struct {
	namespace, name string
	port            int
}

// forward is "CMD port-forward" as a child, started when it is needed and again
// when it died or hangs.
type forward struct {
	kubectl *kubectl
	key     forwardKey

	mu      sync.Mutex // held while the child is started
	child   *child
	address string
	began   time.Time
	pause   *wait.Backoff
	next    time.Time // not started again before

	open     atomic.Int32 // connections
	lastRead atomic.Int64 // when a byte came on any, Unix nanoseconds
}

// forwardTo is the forward to a port, and ends those that nobody uses.
func (k *kubectl) forwardTo(key forwardKey) *forward {
	k.mu.Lock()
	defer k.mu.Unlock()
	for other, f := range k.forwards {
		if other != key && (f.open.Load() == 0 || other.name != key.name) {
			delete(k.forwards, other)
			go f.stop()
		}
	}
	f := k.forwards[key]
	if f == nil {
		f = &forward{kubectl: k, key: key, pause: retry()}
		k.forwards[key] = f
	}
	k.last = f
	return f
}

func (f *forward) dial(ctx context.Context) (net.Conn, error) {
	address, err := runDetached(ctx, func() (string, error) { return f.ensure(ctx) }, func(string) {})
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		go f.stop()
		return nil, err
	}
	f.open.Add(1)
	return &forwarded{Conn: c, forward: f}, nil
}

// ensure has the child run, and returns its address.
func (f *forward) ensure(ctx context.Context) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.child != nil && !f.child.ended() {
		return f.address, nil
	}
	if f.child != nil && time.Since(f.began) > forwardSound {
		f.pause = retry()
	}
	sleep(ctx, time.Until(f.next))
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	f.next = time.Now().Add(f.pause.Step())
	return f.start(ctx)
}

// start runs the child until its port is open.
func (f *forward) start(ctx context.Context) (string, error) {
	args := f.kubectl.args(f.key.namespace, "port-forward", "--address", "127.0.0.1", "pod/"+f.key.name, ":"+strconv.Itoa(f.key.port))
	c, err := startChild(context.Background(), f.kubectl.command, args, f.kubectl.stderr)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, forwardReady)
	defer cancel()
	address, err := runDetached(ctx, func() (string, error) { return readAddress(c.stdout) }, func(string) {})
	if err != nil {
		c.kill()
		waitErr := c.wait()
		if errors.Is(err, io.EOF) {
			return "", f.kubectl.failure(args, c, errors.Join(err, waitErr))
		}
		return "", err
	}
	f.child, f.address, f.began = c, address, time.Now()
	go func() { _ = c.wait() }()
	return address, nil
}

var forwarding = regexp.MustCompile(`^Forwarding from (127\.0\.0\.1:\d+) -> `)

// readAddress reads up to the line that names the open port, and has the rest
// read and dropped, so that the child never waits for a reader.
func readAddress(out io.Reader) (string, error) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := forwarding.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return m[1], nil
		}
	}
	if err := lines.Err(); err != nil {
		return "", fmt.Errorf("read output: %w", err)
	}
	return "", io.EOF
}

func (f *forward) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.child != nil {
		f.child.kill()
	}
}

func (f *forward) local() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.child == nil || f.child.ended() {
		return ""
	}
	return f.address
}

// words is what the child said last; empty if it said nothing.
func (f *forward) words() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.child == nil {
		return ""
	}
	return f.child.lastWords()
}
