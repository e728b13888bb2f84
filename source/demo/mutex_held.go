package demo

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

var mutexHeld = Scenario{
	Name:  "mutex-held",
	Kind:  Leak,
	About: "an early return leaves a mutex locked, and all later requests wait for it: 2 per second",
	Want:  wantGoroutines("(*ledger).post", "mutex-not-unlocked").withRate(2),
	start: func(ctx context.Context, e *environment) {
		book := &ledger{}
		e.handlePage("POST /ledger", book.handleBooking)
		e.sendRequests(ctx, requestLoad{
			method: http.MethodPost, path: "/ledger", every: time.Second / 2,
			wait: 50 * time.Millisecond, keeps: 32 << 10, files: 1,
		})
		e.atEnd(func() {
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
