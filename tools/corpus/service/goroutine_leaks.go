package service

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/tools/corpus/dep"
)

// goroutineLeaks start goroutines that do not end.
var goroutineLeaks = []Service{
	{
		Name:  "streams-never-closed",
		Leaks: []Leak{{"service.(*feed).Subscribe", []string{"waits-in-library"}, 1.5}},
		start: func(s *shop) {
			f := &feed{}
			s.leaking(always(1.5), func() { go f.Subscribe(dep.NewStream()) })
		},
	},
	{
		Name:  "hub-of-clients",
		Leaks: []Leak{{"service.(*client).writePump", []string{"range-over-unclosed-channel"}, 2}},
		start: func(s *shop) {
			h := &hub{clients: map[*client]bool{}}
			s.keep["hub"] = h
			s.leaking(always(2), h.register)
		},
	},
	{
		Name:  "one-in-a-hundred-hangs",
		Leaks: []Leak{{"service.(*booking).confirm.func1", []string{"send-without-reader"}, 1}},
		start: func(s *shop) {
			b := &booking{}
			s.leaking(always(100), func() { go b.confirm() })
		},
	},
	{
		Name:  "one-in-five-seconds",
		Leaks: []Leak{{"service.(*lostJob).run", []string{"receive-without-sender"}, 0.2}},
		start: func(s *shop) { s.leaking(always(0.2), func() { go (&lostJob{}).run() }) },
	},
	{
		Name:  "handlers-behind-a-lock",
		Leaks: []Leak{{"service.(*stock).reserve", []string{"mutex-not-unlocked"}, 3}},
		start: func(s *shop) {
			st := &stock{}
			s.mux.HandleFunc("GET /reserve", st.reserve)
			client := &http.Client{Timeout: 300 * time.Millisecond}
			s.leaking(always(3), func() { go s.get(client, "/reserve") })
		},
	},
	{
		Name:  "poller-with-a-ticker",
		Leaks: []Leak{{"service.pollPrices", []string{"ticker-without-stop", "select-without-done"}, 2}},
		start: func(s *shop) { s.leaking(always(2), func() { go pollPrices(make(chan struct{})) }) },
	},
	{
		Name:  "generic-worker",
		Leaks: []Leak{{"service.consume[...]", []string{"range-over-unclosed-channel"}, 2}},
		start: func(s *shop) { s.leaking(always(2), func() { go consume(make(chan int)) }) },
	},
}

type feed struct{}

func (f *feed) Subscribe(s *dep.Stream) {
	for s.Recv() != nil {
	}
}

type hub struct {
	mu      sync.Mutex
	clients map[*client]bool
}

type client struct{ send chan []byte }

func (h *hub) register() {
	c := &client{send: make(chan []byte, 16)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients[c] = true
	go c.writePump()
}

func (c *client) writePump() {
	n := 0
	for m := range c.send {
		n += len(m)
	}
}

type booking struct{}

func (b *booking) confirm() {
	answer := make(chan bool)
	go func() {
		time.Sleep(time.Duration(20+rand.IntN(60)) * time.Millisecond)
		answer <- true
	}()
	if rand.IntN(100) == 0 {
		return // too late
	}
	<-answer
}

type stock struct {
	mu sync.Mutex
	n  int
}

func (s *stock) reserve(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	if s.n++; s.n > 3 {
		w.WriteHeader(http.StatusConflict)
		return // locked
	}
	s.mu.Unlock()
}

func pollPrices(stop chan struct{}) {
	t := time.NewTicker(3 * time.Second)
	n := 0
	for {
		select {
		case <-t.C:
			n++
		case <-stop:
			return
		}
	}
}

func consume[T any](in chan T) {
	n := 0
	for range in {
		n++
	}
}
