package memory

import (
	"container/list"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var slowConsumer = shop.Scenario{
	Name:  "slow-consumer",
	Kind:  shop.Leak,
	About: "a queue fills faster than it drains: 900 KiB per second in, 600 out",
	Want:  wantHeap("(*mailQueue).push", "producer-outruns-consumer"),
	Start: func(ctx context.Context, e *shop.Environment) {
		q := &mailQueue{}
		e.HandlePage("POST /mails", q.handleMails)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/mails", Every: time.Second / 20, Keeps: 15 << 10})
		e.RunEvery(ctx, time.Second/10, func() { q.sendMails(200) })
		e.AtEnd(func() { q.sendMails(q.mails.Len()) })
	},
}

type mailQueue struct {
	mu    sync.Mutex
	mails list.List // of mail
}

type mail [240]byte

func (q *mailQueue) handleMails(w http.ResponseWriter, _ *http.Request) {
	for range 150 {
		q.push(mail{'h', 'i'})
	}
	w.WriteHeader(http.StatusAccepted)
}

func (q *mailQueue) push(m mail) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.mails.PushBack(m)
}

// sendMails sends up to n mails, as many as the provider accepts.
func (q *mailQueue) sendMails(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for range min(n, q.mails.Len()) {
		q.mails.Remove(q.mails.Front())
	}
}
