package kubetest

import (
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// network is the network to the API server. It can cut connections, drop data, and be
// slow.
type network struct {
	net.Listener
	traffic atomic.Int64 // bytes, both ways

	mu        sync.Mutex
	blackHole bool
	conns     map[*wireConn]struct{}
	link      link
}

// link is the quality of the network. The zero link is perfect.
type link struct {
	delay  time.Duration // each way
	loss   float64       // share of packets that are lost and sent again
	random *rand.Rand
}

// resend is the minimum time before TCP retransmits (one second in RFC 6298, 200 ms in
// Linux).
const resend = 200 * time.Millisecond

func newNetwork(l net.Listener) *network {
	return &network{Listener: l, conns: map[*wireConn]struct{}{}}
}

// Accept accepts a connection through the network.
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

// setBlackHole makes every open connection, and every new one until it is called with
// false, silently drop what is sent.
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

// transitTime returns how long a packet that is sent now takes to arrive.
func (n *network) transitTime() time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	d := n.link.delay
	for n.link.loss > 0 && n.link.random.Float64() < n.link.loss {
		d += max(resend, 2*n.link.delay)
	}
	return d
}

// wireConn is one connection. A dead one accepts all data and delivers nothing, like a
// connection whose packets are dropped.
type wireConn struct {
	net.Conn
	network *network
	dead    bool
	once    sync.Once
	done    chan struct{}

	mu      sync.Mutex
	packets chan packet // written by the API server and in transit; nil on a perfect link
	arrives time.Time   // when the last of them arrives
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

// wait waits until a time, or until the connection is cut.
func (w *wireConn) wait(until time.Time) {
	select {
	case <-time.After(time.Until(until)):
	case <-w.done:
	}
}

// send queues a write for delivery. A late one delays those behind it, as in TCP. It
// returns false on a perfect link.
func (w *wireConn) send(b []byte) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := w.network.transitTime()
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

// Read reads; from a dead connection it blocks forever.
func (w *wireConn) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	if w.isDead() {
		<-w.done
		return 0, net.ErrClosed
	}
	w.network.traffic.Add(int64(n))
	if d := w.network.transitTime(); d > 0 && n > 0 {
		w.wait(time.Now().Add(d))
	}
	return n, err
}

// Write writes; on a dead connection the data is lost.
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

// Close cuts the connection.
func (w *wireConn) Close() error {
	w.once.Do(func() {
		close(w.done)
		w.network.mu.Lock()
		delete(w.network.conns, w)
		w.network.mu.Unlock()
	})
	return w.Conn.Close()
}
