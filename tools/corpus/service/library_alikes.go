package service

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/dgraph-io/ristretto/v2"
	"github.com/gorilla/websocket"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/nats-io/nats.go"
	"github.com/panjf2000/ants/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
)

// libraryAlikes use libraries as they should be used.
var libraryAlikes = []Service{
	{Name: "lru-that-fills", start: func(s *shop) {
		c, err := lru.New[int, []byte](4000)
		if err != nil {
			panic(err)
		}
		n := 0
		s.at(always(100), func() { n++; c.Add(n, make([]byte, 4*kib)) })
	}},
	{Name: "cache-that-expires", start: func(s *shop) {
		c := expirable.NewLRU[int, []byte](100_000, nil, 25*time.Second)
		n := 0
		s.at(always(150), func() { n++; c.Add(n, make([]byte, 4*kib)) })
	}},
	{Name: "ristretto-bounded", start: func(s *shop) {
		c, err := ristretto.NewCache(&ristretto.Config[int, []byte]{NumCounters: 50_000, MaxCost: 16 * mib, BufferItems: 64})
		if err != nil {
			panic(err)
		}
		n := 0
		s.at(always(200), func() { n++; c.Set(n, make([]byte, 4*kib), 4*kib) })
	}},
	{Name: "nats-request-reply", start: func(s *shop) {
		c, err := nats.Connect("nats://" + remote("nats"))
		if err != nil {
			panic(err)
		}
		s.at(always(20), func() {
			sub, err := c.Subscribe("reply."+strconv.Itoa(rand.Int()), func(*nats.Msg) {})
			if err == nil {
				time.AfterFunc(time.Duration(rand.IntN(4000))*time.Millisecond, func() { _ = sub.Unsubscribe() })
			}
		})
	}},
	{Name: "pgx-pool-under-load", start: func(s *shop) {
		c, err := pgxpool.ParseConfig("postgres://shop@" + remote("postgres") + "/shop?sslmode=disable&pool_max_conns=30")
		if err != nil {
			panic(err)
		}
		p, err := pgxpool.NewWithConfig(context.Background(), c)
		if err != nil {
			panic(err)
		}
		s.at(wave(10, 0.8, 60), func() {
			go func() {
				if conn, err := p.Acquire(context.Background()); err == nil {
					time.Sleep(time.Duration(rand.IntN(2000)) * time.Millisecond)
					conn.Release()
				}
			}()
		})
	}},
	{Name: "redis-client-shared", start: func(s *shop) {
		c := redis.NewClient(&redis.Options{Addr: remote("redis"), PoolSize: 20})
		s.at(always(50), func() { go c.Ping(context.Background()) })
	}},
	{Name: "labels-of-routes", start: func(s *shop) {
		v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "latency_seconds"}, []string{"route"})
		s.keep["routes"] = v
		s.at(always(300), func() { v.WithLabelValues("route-" + strconv.Itoa(rand.IntN(2000))).Observe(0.1) })
	}},
	{Name: "ants-pool-of-slow-tasks", start: func(s *shop) {
		p, err := ants.NewPool(60)
		if err != nil {
			panic(err)
		}
		s.at(always(10), func() { _ = p.Submit(func() { time.Sleep(time.Duration(rand.IntN(3000)) * time.Millisecond) }) })
	}},
	{Name: "websocket-visits", start: func(s *shop) {
		s.mux.HandleFunc("GET /visit", func(w http.ResponseWriter, r *http.Request) {
			up := websocket.Upgrader{}
			c, err := up.Upgrade(w, r, nil)
			if err != nil {
				return
			}
			defer c.Close()
			for {
				if _, _, err := c.ReadMessage(); err != nil {
					return
				}
			}
		})
		s.at(always(3), func() {
			c, _, err := websocket.DefaultDialer.Dial("ws"+s.url[4:]+"/visit", nil) //nolint:bodyclose // of an upgrade
			if err == nil {
				time.AfterFunc(time.Duration(5+rand.IntN(25))*time.Second, func() { _ = c.Close() })
			}
		})
	}},
}
