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
	// forwardReady bounds the time until the command's port is open.
	forwardReady = 20 * time.Second
	// forwardSound is how long the command must have run for its next failure to
	// count as the first.
	forwardSound = 10 * time.Second
)

// forwardKey is the destination of a port-forward.
type forwardKey struct {
	namespace, name string
	port            int
}

// forward is "CMD port-forward" as a child process. It is started when needed, and
// restarted when it has died or hangs.
type forward struct {
	kubectl *kubectl
	key     forwardKey

	mu      sync.Mutex // held while the child starts
	child   *child
	address string
	began   time.Time
	pause   *wait.Backoff
	next    time.Time // earliest restart

	open     atomic.Int32 // number of connections
	lastRead atomic.Int64 // when a byte arrived on any of them, in Unix nanoseconds
}

// forwardTo returns the forward to a port. It stops unused ones.
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

// ensure starts the child if necessary and returns its address.
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

// readAddress reads up to the line that names the open port. It discards the rest in
// the background, so that the child never blocks.
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

// words returns the child's last message, or "".
func (f *forward) words() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.child == nil {
		return ""
	}
	return f.child.lastWords()
}
