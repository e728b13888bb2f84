package demo

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

var idleClients = Scenario{
	Name:  "idle-clients",
	Kind:  Leak,
	About: "clients keep idle connections to a server without IdleTimeout: 2 per second",
	Want: Want{
		Kind: growsGoroutines, Function: "net/http.(*conn).serve", StackFunction: "net/http.(*conn).serve",
		Signature: "idle-connections", StackSignature: "idle-connections", PerSecond: 2,
	},
	start: func(ctx context.Context, e *environment) {
		tills := &tills{addr: strings.TrimPrefix(e.url, "http://")}
		e.handlePage("GET /tills/ping", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
		e.declareLeak(time.Second / 2)
		e.runEvery(ctx, time.Second/2, func() {
			if e.bound.reserve(16<<10, 2) {
				_ = tills.connectTill() // a till that fails is simply replaced by the next
			}
		})
		e.atEnd(tills.closeAll)
	},
}

// tills are the shop's tills. Each opens a connection, sends one request, and keeps
// the connection.
type tills struct {
	addr  string
	mu    sync.Mutex
	conns []net.Conn
}

func (t *tills) connectTill() error {
	conn, err := net.DialTimeout("tcp", t.addr, time.Second)
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.conns = append(t.conns, conn)
	t.mu.Unlock()
	if _, err := conn.Write([]byte("GET /tills/ping HTTP/1.1\r\nHost: shop\r\n\r\n")); err != nil {
		return err
	}
	_, err = bufio.NewReaderSize(conn, 512).ReadString('\n')
	return err
}

func (t *tills) closeAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.conns {
		_ = c.Close() // its error does not matter
	}
}
