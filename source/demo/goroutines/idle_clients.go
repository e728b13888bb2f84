package goroutines

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var idleClients = shop.Scenario{
	Name:  "idle-clients",
	Kind:  shop.Leak,
	About: "clients keep idle connections to a server without IdleTimeout: 2 per second",
	Want: shop.Want{
		Kind: shop.GrowsGoroutines, Function: "net/http.(*conn).serve", StackFunction: "net/http.(*conn).serve",
		Signature: "idle-connections", StackSignature: "idle-connections", PerSecond: 2,
	},
	Start: func(ctx context.Context, e *shop.Environment) {
		tills := &tills{addr: strings.TrimPrefix(e.URL, "http://")}
		e.HandlePage("GET /tills/ping", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
		e.DeclareLeak(time.Second / 2)
		e.RunEvery(ctx, time.Second/2, func() {
			if e.Reserve(16<<10, 2) {
				_ = tills.connectTill() // a till that fails is simply replaced by the next
			}
		})
		e.AtEnd(tills.closeAll)
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
