package kube

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/source/kube/forward"

	"github.com/leaktop/leaktop/source/kube/fault"
)

// forwardedConn is a connection through the child. It notices when the child hangs.
type forwardedConn struct {
	net.Conn
	forward *commandForward
	child   *child       // through which it goes
	wrote   atomic.Int64 // time of the last unanswered write, in Unix nanoseconds; 0 if none
	read    atomic.Bool
	once    sync.Once
}

func (c *forwardedConn) Write(b []byte) (int, error) {
	c.wrote.Store(time.Now().UnixNano())
	return c.Conn.Write(b)
}

func (c *forwardedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.read.Store(true)
		c.wrote.Store(0)
		c.forward.lastRead.Store(time.Now().UnixNano())
	}
	if err != nil && !c.read.Load() && !fault.IsTimeout(err) {
		time.Sleep(wordsTimeout)
		if said := c.forward.lastWords(); said != "" {
			err = &forward.PortError{Text: said}
		}
	}
	return n, err
}

// wordsTimeout is how long a failed connection waits for the child's message.
const wordsTimeout = 100 * time.Millisecond

// Close closes the connection. If it was abandoned before a response, and no other
// connection has received anything since, the child hangs and is stopped.
func (c *forwardedConn) Close() error {
	c.once.Do(func() {
		c.forward.open.Add(-1)
		wrote := c.wrote.Load()
		if wrote > 0 && c.forward.lastRead.Load() < wrote {
			c.child.cancelChild() // the next dial starts another; one may have been started already
		}
	})
	return c.Conn.Close()
}
