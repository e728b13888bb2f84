package service

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/panjf2000/ants/v2"
	gocache "github.com/patrickmn/go-cache"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/robfig/cron/v3"
	"github.com/twmb/franz-go/pkg/kgo"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"
)

// notClosed are the causes of leaks that a library starts and the service never
// stops.
var notClosed = []string{"library-not-closed", "waits-in-library"}

// libraryLeaks leak through libraries that many services use: each creates an
// object again and again instead of once, or does not close it.
var libraryLeaks = []Service{
	{
		Name:  "pgx-pool-per-request",
		Leaks: []Leak{{"service.queryInvoices", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(2), queryInvoices) },
	},
	{
		Name:  "kafka-client-per-request",
		Leaks: []Leak{{"service.publishOrder", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(2), publishOrder) },
	},
	{
		Name:  "zap-syncer-per-request",
		Leaks: []Leak{{"service.newAuditLog", notClosed, 3}},
		start: func(s *shop) { s.leaking(always(3), newAuditLog) },
	},
	{
		Name:  "watcher-per-request",
		Leaks: []Leak{{"service.watchConfig", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(0.7), watchConfig) },
	},
	{
		Name:  "cron-per-tenant",
		Leaks: []Leak{{"service.scheduleTenant", notClosed, 2}},
		start: func(s *shop) { s.leaking(always(2), scheduleTenant) },
	},
	{
		Name:  "cache-per-session",
		Leaks: []Leak{{"service.(*sessionCaches).openSession", notClosed, 3}},
		start: func(s *shop) {
			open := &sessionCaches{}
			s.keep["sessions"] = open
			s.leaking(always(3), open.openSession)
		},
	},
	{
		Name:  "expiring-cache-per-user",
		Leaks: []Leak{{"service.newUser", notClosed, 3}},
		start: func(s *shop) { s.leaking(always(3), newUser) },
	},
	{
		Name:  "span-processor-per-request",
		Leaks: []Leak{{"service.traceRequest", []string{"span-processor-not-stopped"}, 2}},
		start: func(s *shop) { s.leaking(always(2), traceRequest) },
	},
	{
		Name:  "spans-not-ended",
		Leaks: []Leak{{"service.(*spans).begin", []string{"spans-never-ended"}, 0}},
		start: func(s *shop) {
			p := &spans{provider: sdk.NewTracerProvider()}
			s.keep["spans"] = p
			s.leaking(always(200), p.begin)
		},
	},
	{
		Name:  "grpc-conn-per-call",
		Leaks: []Leak{{"service.(*ratings).fetch", []string{"grpc-conn-not-closed"}, 0}},
		start: func(s *shop) { s.leaking(always(2), (&ratings{addr: serveRatings()}).fetch) },
	},
	{
		Name:  "grpc-stream-kept",
		Leaks: []Leak{{"service.(*watching).follow", []string{"grpc-stream-not-ended", "grpc-conn-not-closed"}, 0}},
		start: func(s *shop) { s.leaking(always(2), newWatching(serveRatings()).follow) },
	},
	{
		Name:  "user-id-as-label",
		Leaks: []Leak{{"service.(*shopMetrics).visit", []string{"label-cardinality"}, 0}},
		start: func(s *shop) { s.leaking(always(300), newShopMetrics().visit) },
	},
	{
		Name:  "pool-of-hung-tasks",
		Leaks: []Leak{{"service.(*resizer).submit", notClosed, 3}},
		start: func(s *shop) { s.leaking(always(3), newResizer().resize) },
	},
	{
		Name:  "semaphore-not-released",
		Leaks: []Leak{{"service.(*limited).render", []string{"waits-for-semaphore"}, 3}},
		start: func(s *shop) {
			l := &limited{sem: semaphore.NewWeighted(4)}
			s.leaking(always(3), func() { go l.render() })
		},
	},
	{
		Name:  "flight-that-hangs",
		Leaks: []Leak{{"service.(*catalog).get", []string{"waits-for-call-in-flight"}, 3}},
		start: func(s *shop) {
			c := &catalog{}
			s.leaking(always(3), func() { go c.get() })
		},
	},
}

//go:noinline
func queryInvoices() {
	pool, err := pgxpool.New(context.Background(), "postgres://shop@127.0.0.1:1/shop")
	if err == nil {
		_ = pool.Stat()
	}
}

//go:noinline
func publishOrder() {
	client, err := kgo.NewClient(kgo.SeedBrokers("127.0.0.1:1"))
	if err == nil {
		_ = client.OptValue(kgo.ClientID)
	}
}

//go:noinline
func newAuditLog() {
	out := &zapcore.BufferedWriteSyncer{WS: zapcore.AddSync(os.Stderr), FlushInterval: time.Hour}
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), out, zap.InfoLevel)
	zap.New(core).Info("audit")
}

//go:noinline
func watchConfig() {
	w, err := fsnotify.NewWatcher()
	if err == nil {
		_ = w.Add(os.TempDir())
	}
}

//go:noinline
func scheduleTenant() {
	c := cron.New()
	_, _ = c.AddFunc("@yearly", func() {})
	c.Start()
}

type sessionCaches struct{ all []*gocache.Cache }

//go:noinline
func (s *sessionCaches) openSession() {
	c := gocache.New(time.Hour, time.Hour)
	c.SetDefault("user", "someone")
	s.all = append(s.all, c)
}

//go:noinline
func newUser() {
	c := expirable.NewLRU[string, int](100, nil, time.Hour)
	c.Add("visits", 1)
}

//go:noinline
func traceRequest() {
	p := sdk.NewTracerProvider(sdk.WithBatcher(tracetest.NewInMemoryExporter()))
	_, span := p.Tracer("shop").Start(context.Background(), "request")
	span.End()
}

type spans struct {
	provider *sdk.TracerProvider
	open     []trace.Span
}

//go:noinline
func (s *spans) begin() {
	_, span := s.provider.Tracer("shop").Start(context.Background(), "checkout")
	s.open = append(s.open, span)
}

// serveRatings starts a gRPC server on loopback and returns its address.
func serveRatings() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	srv := grpc.NewServer()
	healthgrpc.RegisterHealthServer(srv, quietHealth{})
	go func() { _ = srv.Serve(l) }()
	return l.Addr().String()
}

// quietHealth answers checks, but never sends anything to watchers.
type quietHealth struct {
	healthgrpc.UnimplementedHealthServer
}

// Check implements healthgrpc.HealthServer.
func (quietHealth) Check(context.Context, *healthgrpc.HealthCheckRequest) (*healthgrpc.HealthCheckResponse, error) {
	return &healthgrpc.HealthCheckResponse{Status: healthgrpc.HealthCheckResponse_SERVING}, nil
}

// Watch implements healthgrpc.HealthServer.
func (quietHealth) Watch(_ *healthgrpc.HealthCheckRequest, w healthgrpc.Health_WatchServer) error {
	<-w.Context().Done()
	return nil
}

type ratings struct{ addr string }

//go:noinline
func (r *ratings) fetch() {
	conn, err := grpc.NewClient(r.addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _ = healthgrpc.NewHealthClient(conn).Check(ctx, &healthgrpc.HealthCheckRequest{})
}

type watching struct{ client healthgrpc.HealthClient }

func newWatching(addr string) *watching {
	conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		panic(err)
	}
	return &watching{healthgrpc.NewHealthClient(conn)}
}

//go:noinline
func (w *watching) follow() {
	ctx, cancel := context.WithCancel(context.Background())
	_ = cancel
	_, _ = w.client.Watch(ctx, &healthgrpc.HealthCheckRequest{})
}

type shopMetrics struct {
	visits *prometheus.CounterVec
	n      int
}

func newShopMetrics() *shopMetrics {
	return &shopMetrics{visits: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "visits_total"}, []string{"user", "page"})}
}

//go:noinline
func (m *shopMetrics) visit() {
	m.n++
	m.visits.WithLabelValues(fmt.Sprint("user-", m.n), "home").Inc()
}

// resizer gives work to a pool whose workers all hang.
type resizer struct {
	pool *ants.Pool
	hung chan struct{}
}

func newResizer() *resizer {
	p, err := ants.NewPool(4)
	if err != nil {
		panic(err)
	}
	return &resizer{p, make(chan struct{})}
}

func (r *resizer) resize() { go r.submit() }

//go:noinline
func (r *resizer) submit() { _ = r.pool.Submit(func() { <-r.hung }) }

type limited struct{ sem *semaphore.Weighted }

//go:noinline
func (l *limited) render() {
	if err := l.sem.Acquire(context.Background(), 1); err != nil {
		return
	}
	// It is never released.
}

type catalog struct{ group singleflight.Group }

//go:noinline
func (c *catalog) get() {
	_, _, _ = c.group.Do("all", func() (any, error) {
		select {}
	})
}
