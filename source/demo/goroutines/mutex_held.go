package goroutines

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var mutexHeld = shop.Scenario{
	Name:  "mutex-held",
	Kind:  shop.Leak,
	About: "an early return leaves a mutex locked, and all later requests wait for it: 2 per second",
	Want:  wantGoroutines("(*ledger).post", "mutex-not-unlocked").WithRate(2),
	Start: func(ctx context.Context, e *shop.Environment) {
		book := &ledger{}
		e.HandlePage("POST /ledger", book.handleBooking)
		e.SendRequests(ctx, shop.RequestLoad{
			Method: http.MethodPost, Path: "/ledger", Every: time.Second / 2,
			Wait: 50 * time.Millisecond, Keeps: 32 << 10, Files: 1,
		})
		e.AtEnd(func() {
			book.mu.TryLock() // succeeds only if there was no request
			book.mu.Unlock()
		})
	},
}

type ledger struct {
	mu     sync.Mutex
	posted int
}

func (l *ledger) handleBooking(w http.ResponseWriter, _ *http.Request) {
	if err := l.post(1); err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
	}
}

func (l *ledger) post(amount int) error {
	l.mu.Lock()
	if l.posted == 0 {
		l.posted = amount
		return errors.New("the first entry needs a signature") // with the lock held
	}
	l.posted += amount
	l.mu.Unlock()
	return nil
}
