package demo

import (
	"container/list"
	"context"
	"net/http"
	"sync"
	"time"
)

var slowConsumer = Scenario{
	Name:  "slow-consumer",
	Kind:  Leak,
	About: "a queue fills faster than it drains: 900 KiB per second in, 600 out",
	Want:  onHeap("(*mailQueue).push", "producer-outruns-consumer"),
	start: func(ctx context.Context, e *env) {
		q := &mailQueue{}
		e.handle("POST /mails", q.receive)
		e.load(ctx, load{method: http.MethodPost, path: "/mails", every: time.Second / 20, keeps: 15 << 10})
		e.every(ctx, time.Second/10, func() { q.send(200) })
		e.atEnd(func() { q.send(q.mails.Len()) })
	},
}

type mailQueue struct {
	mu    sync.Mutex
	mails list.List // of mail
}

type mail [240]byte

func (q *mailQueue) receive(w http.ResponseWriter, _ *http.Request) {
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

// send sends up to n mails, as many as the provider accepts.
func (q *mailQueue) send(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for range min(n, q.mails.Len()) {
		q.mails.Remove(q.mails.Front())
	}
}
