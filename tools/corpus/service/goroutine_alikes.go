package service

import (
	"math/rand/v2"
	"net/http"
	"time"
)

// goroutineAlikes are services with growing numbers of goroutines that do not leak.
var goroutineAlikes = []Service{
	{Name: "twenty-thousand-goroutines", start: func(s *shop) {
		for range 20_000 {
			go hold(nil, time.Hour)
		}
		s.at(always(200), func() { go hold(nil, time.Duration(rand.ExpFloat64()*float64(2*time.Second))) })
	}},
	{Name: "sessions-of-a-minute", start: func(s *shop) {
		s.at(always(2), func() { go session(time.Duration(rand.ExpFloat64() * float64(time.Minute))) })
	}},
	{Name: "keep-alive-connections", start: func(s *shop) {
		s.mux.HandleFunc("GET /slow", func(http.ResponseWriter, *http.Request) { time.Sleep(200 * time.Millisecond) })
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 200, IdleConnTimeout: 90 * time.Second}}
		s.at(func(t float64) float64 { return 20 + 4*min(t, 50) }, func() { go s.get(client, "/slow") })
	}},
	{Name: "requests-double", start: func(s *shop) {
		s.at(func(t float64) float64 {
			if t < 90 {
				return 20
			}
			return 40
		}, func() { go session(time.Duration(1+rand.IntN(4)) * time.Second) })
	}},
	{Name: "tenants-in-70-s", start: func(s *shop) {
		s.at(func(t float64) float64 {
			if t < 70 {
				return 2
			}
			return 0
		}, func() { go session(time.Hour) })
	}},
}

func session(d time.Duration) { hold(nil, d) }

// hold waits for an end or a time.
func hold(end chan struct{}, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-end:
	}
}
