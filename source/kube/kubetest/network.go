package kubetest

import (
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// network is the wire to the API server, which can be cut, can swallow, and can be
// slow.
type network struct {
	net.Listener
	traffic atomic.Int64 // bytes, both ways

	mu        sync.Mutex
	blackHole bool
	conns     map[*wireConn]struct{}
	link      link
}

// link is how a way behaves. Its zero value is perfect.
type link struct {
	delay  time.Duration // each way
	loss   float64       // share of what is sent that is sent again
	random *rand.Rand
}

// resend is how long TCP waits at the least before it sends again (RFC 6298 has a
// second, Linux 200 ms).
const resend = 200 * time.Millisecond

func newNetwork(l net.Listener) *network {
	return &network{Listener: l, conns: map[*wireConn]struct{}{}}
}

// Accept takes a connection as it goes into the net.
func (n *network) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	w := &wireConn{Conn: c, network: n, done: make(chan struct{})}
	if n.blackHole {
		w.dead = true
	}
	n.conns[w] = struct{}{}
	return w, nil
}

// setBlackHole has every connection there is, and until it is called with false
// every new one, swallow what is sent without a sign: a black hole.
func (n *network) setBlackHole(on bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.blackHole = on
	for w := range n.conns {
		w.dead = w.dead || on
	}
}

// closeConns cuts all connections.
func (n *network) closeConns() {
	n.mu.Lock()
	var all []*wireConn
	for w := range n.conns {
		all = append(all, w)
	}
	n.mu.Unlock()
	for _, w := range all {
		_ = w.Close()
	}
}

func (n *network) countConns() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.conns)
}

func (n *network) setLink(l link) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.link = l
}

// passes is how long what is sent now is on its way.
func (n *network) passes() time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	d := n.link.delay
	for n.link.loss > 0 && n.link.random.Float64() < n.link.loss {
		d += max(resend, 2*n.link.delay)
	}
	return d
}

// wireConn is one connection. A dead one takes everything and gives nothing, as a
// connection does whose packets are dropped on the way.
type wireConn struct {
	net.Conn
	network *network
	dead    bool
	once    sync.Once
	done    chan struct{}

	mu      sync.Mutex
	packets chan packet // written by the API server and on their way; nil on a perfect link
	arrives time.Time   // when the last of them does
}

// packet is what one write sent.
type packet struct {
	data    []byte
	arrives time.Time
}

func (w *wireConn) isDead() bool {
	w.network.mu.Lock()
	defer w.network.mu.Unlock()
	return w.dead
}

// wait waits until a time, or until the wire is cut.
func (w *wireConn) wait(until time.Time) {
	select {
	case <-time.After(time.Until(until)):
	case <-w.done:
	}
}

// send puts a write on its way; one that is late holds up those behind it, as TCP
// does. It reports false on a perfect link.
func (w *wireConn) send(b []byte) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := w.network.passes()
	if d == 0 && w.packets == nil {
		return false
	}
	if w.packets == nil {
		w.packets = make(chan packet, 4096)
		go w.deliver(w.packets)
	}
	if at := time.Now().Add(d); at.After(w.arrives) {
		w.arrives = at
	}
	select {
	case w.packets <- packet{slices.Clone(b), w.arrives}:
	case <-w.done:
	}
	return true
}

func (w *wireConn) deliver(packets <-chan packet) {
	for {
		select {
		case p := <-packets:
			w.wait(p.arrives)
			if _, err := w.Conn.Write(p.data); err != nil {
				return
			}
		case <-w.done:
			return
		}
	}
}

// Read reads, forever from a dead wire.
func (w *wireConn) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	if w.isDead() {
		<-w.done
		return 0, net.ErrClosed
	}
	w.network.traffic.Add(int64(n))
	if d := w.network.passes(); d > 0 && n > 0 {
		w.wait(time.Now().Add(d))
	}
	return n, err
}

// Write writes, into nowhere on a dead wire.
func (w *wireConn) Write(b []byte) (int, error) {
	if w.isDead() {
		return len(b), nil
	}
	w.network.traffic.Add(int64(len(b)))
	if w.send(b) {
		return len(b), nil
	}
	return w.Conn.Write(b)
}

// Close cuts the wire.
func (w *wireConn) Close() error {
	w.once.Do(func() {
		close(w.done)
		w.network.mu.Lock()
		delete(w.network.conns, w)
		w.network.mu.Unlock()
	})
	return w.Conn.Close()
}
