package kube

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// forwarded is a connection through the child, which notices when it hangs.
type forwarded struct {
	net.Conn
	forward *forward
	wrote   atomic.Int64 // when, Unix nanoseconds; 0 if everything was answered
	read    atomic.Bool
	once    sync.Once
}

func (c *forwarded) Write(b []byte) (int, error) {
	c.wrote.Store(time.Now().UnixNano())
	return c.Conn.Write(b)
}

func (c *forwarded) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.read.Store(true)
		c.wrote.Store(0)
		c.forward.lastRead.Store(time.Now().UnixNano())
	}
	if err != nil && !c.read.Load() && !isTimeout(err) {
		time.Sleep(wordsTimeout)
		if said := c.forward.words(); said != "" {
			err = &portError{said}
		}
	}
	return n, err
}

// wordsTimeout is how long the end of a connection waits for the child to say
// why.
const wordsTimeout = 100 * time.Millisecond

// Close ends the connection. One that is given up before an answer, when
// nothing came on any other since, means that the child hangs.
func (c *forwarded) Close() error {
	c.once.Do(func() {
		c.forward.open.Add(-1)
		wrote := c.wrote.Load()
		if wrote > 0 && c.forward.lastRead.Load() < wrote {
			go c.forward.stop() // the next dial starts another
		}
	})
	return c.Conn.Close()
}
