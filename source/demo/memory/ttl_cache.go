package memory

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var ttlCache = shop.Scenario{
	Name:  "ttl-cache",
	Kind:  shop.LookAlike,
	About: "logins are kept for 30 s, 512 KiB per second: 15 MiB once the first ones expire",
	Want:  wantHeap("(*logins).begin", "filled"),
	Start: func(ctx context.Context, e *shop.Environment) {
		l := &logins{byToken: map[string]*login{}}
		e.HandlePage("POST /logins/{token}", l.handleLogin)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/logins/{n}", Every: time.Second / 32})
		e.RunEvery(ctx, 2*time.Second, func() { l.dropExpired(time.Now().Add(-30 * time.Second)) })
	},
}

type logins struct {
	mu      sync.Mutex
	byToken map[string]*login
}

type login struct {
	since time.Time
	state []byte
}

func (l *logins) handleLogin(w http.ResponseWriter, r *http.Request) {
	l.begin(r.PathValue("token"))
	w.WriteHeader(http.StatusCreated)
}

func (l *logins) begin(token string) {
	n := &login{since: time.Now(), state: make([]byte, 16<<10)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.byToken[token] = n
}

func (l *logins) dropExpired(before time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for token, n := range l.byToken {
		if n.since.Before(before) {
			delete(l.byToken, token)
		}
	}
}
