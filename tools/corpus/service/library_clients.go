package service

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/IBM/sarama"
	"github.com/allegro/bigcache/v3"
	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/cenkalti/backoff/v4"
	"github.com/dgraph-io/ristretto/v2"
	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/go-co-op/gocron/v2"
	"github.com/lib/pq"
	"github.com/nats-io/nats.go"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	"github.com/sirupsen/logrus"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"gopkg.in/natefinch/lumberjack.v2"
	"k8s.io/client-go/util/workqueue"
)

// clientLeaks make a client, a subscription or a worker of a library again and again,
// and never close it.
var clientLeaks = []Service{
	{
		Name:  "nats-connection-per-request",
		Leaks: []Leak{{"service.(*broker).publishEvent", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(2), (&broker{addr: remote("nats")}).publishEvent) },
	},
	{
		Name:  "nats-subscription-per-request",
		Leaks: []Leak{{"service.(*replies).await", notClosed, 2}},
		start: func(s *shop) { s.leaking(always(2), newReplies(remote("nats")).await) },
	},
	{
		Name:  "redis-subscription-per-session",
		Leaks: []Leak{{"service.(*presence).listen", notClosed, 0}},
		start: func(s *shop) {
			s.leaking(always(2), (&presence{redis.NewClient(&redis.Options{Addr: remote("redis"), PoolSize: 1000})}).listen)
		},
	},
	{
		Name:  "redis-feed-per-visit",
		Leaks: []Leak{{"service.(*presence).show", []string{"library-not-closed"}, 0}},
		start: func(s *shop) {
			s.leaking(always(2), (&presence{redis.NewClient(&redis.Options{Addr: remote("redis"), PoolSize: 1000})}).show)
		},
	},
	{
		Name:  "sarama-client-per-request",
		Leaks: []Leak{{"service.(*kafkaTopics).list", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(1.5), (&kafkaTopics{remote("kafka")}).list) },
	},
	{
		Name:  "kafka-reader-per-request",
		Leaks: []Leak{{"service.readEvents", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(2), readEvents) },
	},
	{
		Name:  "mongo-client-per-request",
		Leaks: []Leak{{"service.findCustomer", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(1), findCustomer) },
	},
	{
		Name:  "mqtt-client-per-device",
		Leaks: []Leak{{"service.(*devices).connect", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(1.5), (&devices{addr: remote("mqtt")}).connect) },
	},
	{
		Name:  "search-index-per-request",
		Leaks: []Leak{{"service.indexDraft", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(1), indexDraft) },
	},
	{
		Name:  "ristretto-per-tenant",
		Leaks: []Leak{{"service.newTenantCache", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(1.5), newTenantCache) },
	},
	{
		Name:  "bigcache-per-tenant",
		Leaks: []Leak{{"service.newPriceCache", notClosed, 2}},
		start: func(s *shop) { s.leaking(always(2), newPriceCache) },
	},
	{
		Name:  "gocron-per-job",
		Leaks: []Leak{{"service.scheduleReminder", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(1.5), scheduleReminder) },
	},
	{
		Name:  "logrus-writer-per-command",
		Leaks: []Leak{{"service.runCommand", notClosed, 2}},
		start: func(s *shop) { s.leaking(always(2), runCommand) },
	},
	{
		Name:  "rotating-log-per-job",
		Leaks: []Leak{{"service.(*jobLogs).begin", append([]string{"file-not-closed"}, notClosed...), 2}},
		start: func(s *shop) { s.leaking(always(2), newJobLogs().begin) },
	},
	{
		Name:  "backoff-ticker-per-retry",
		Leaks: []Leak{{"service.retryPayment", notClosed, 2}},
		start: func(s *shop) { s.leaking(always(2), retryPayment) },
	},
	{
		Name:  "postgres-listener-per-request",
		Leaks: []Leak{{"service.waitForInvoice", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(2), waitForInvoice) },
	},
	{
		Name:  "workqueue-per-reconcile",
		Leaks: []Leak{{"service.reconcileShop", append([]string{"informer-not-stopped"}, notClosed...), 0}},
		start: func(s *shop) { s.leaking(always(2), reconcileShop) },
	},
}

type broker struct{ addr string }

//go:noinline
func (b *broker) publishEvent() {
	c, err := nats.Connect("nats://" + b.addr)
	if err == nil {
		_ = c.Publish("orders", []byte("new"))
	}
}

type replies struct {
	conn *nats.Conn
	n    atomic.Int64
}

func newReplies(addr string) *replies {
	c, err := nats.Connect("nats://" + addr)
	if err != nil {
		panic(err)
	}
	return &replies{conn: c}
}

//go:noinline
func (r *replies) await() {
	_, _ = r.conn.Subscribe("reply."+strconv.FormatInt(r.n.Add(1), 10), func(*nats.Msg) {})
}

type presence struct{ client *redis.Client }

//go:noinline
func (p *presence) listen() {
	sub := p.client.Subscribe(context.Background(), "presence")
	_ = sub.Channel()
}

// show passes on published messages. Its goroutine only listens; the subscription has to
// be closed.
//
//go:noinline
func (p *presence) show() {
	sub := p.client.Subscribe(context.Background(), "presence")
	seen := 0
	go func() {
		for range sub.Channel() {
			seen++
		}
	}()
}

// kafkaTopics lists the topics of a broker.
type kafkaTopics struct{ addr string }

//go:noinline
func (k *kafkaTopics) list() {
	config := sarama.NewConfig()
	config.ApiVersionsRequest, config.Version = false, sarama.V1_0_0_0
	c, err := sarama.NewClient([]string{k.addr}, config)
	if err == nil {
		_, _ = c.Topics()
	}
}

//go:noinline
func readEvents() {
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{"127.0.0.1:1"}, Topic: "events", Partition: 0, MaxWait: time.Second})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, _ = r.ReadMessage(ctx)
}

//go:noinline
func findCustomer() {
	c, err := mongo.Connect(options.Client().ApplyURI("mongodb://127.0.0.1:1/shop"))
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_ = c.Ping(ctx, nil)
}

type devices struct {
	addr string
	n    atomic.Int64
}

//go:noinline
func (d *devices) connect() {
	o := mqtt.NewClientOptions().AddBroker("tcp://" + d.addr).SetClientID("device-" + strconv.FormatInt(d.n.Add(1), 10)).SetKeepAlive(time.Hour)
	mqtt.NewClient(o).Connect().WaitTimeout(time.Second)
}

//go:noinline
func indexDraft() {
	index, err := bleve.NewUsing("", bleve.NewIndexMapping(), scorch.Name, scorch.Name, nil) // in memory
	if err == nil {
		_ = index.Index("draft", map[string]string{"title": "a draft"})
	}
}

//go:noinline
func newTenantCache() {
	c, err := ristretto.NewCache(&ristretto.Config[string, int]{NumCounters: 100, MaxCost: 100, BufferItems: 8})
	if err == nil {
		c.Set("visits", 1, 1)
	}
}

//go:noinline
func newPriceCache() {
	c := bigcache.DefaultConfig(10 * time.Minute)
	c.Shards, c.MaxEntriesInWindow, c.MaxEntrySize, c.Verbose = 2, 8, 16, false
	if cache, err := bigcache.New(context.Background(), c); err == nil {
		_ = cache.Set("price", []byte("1"))
	}
}

//go:noinline
func scheduleReminder() {
	s, err := gocron.NewScheduler()
	if err != nil {
		return
	}
	_, _ = s.NewJob(gocron.DurationJob(time.Hour), gocron.NewTask(func() {}))
	s.Start()
}

var commandLog = func() *logrus.Logger {
	l := logrus.New()
	l.SetOutput(io.Discard)
	return l
}()

//go:noinline
func runCommand() {
	out := commandLog.Writer()
	_, _ = io.WriteString(out, "done\n")
}

type jobLogs struct {
	folder string
	n      atomic.Int64
}

func newJobLogs() *jobLogs {
	dir, err := os.MkdirTemp("", "jobs")
	if err != nil {
		panic(err)
	}
	return &jobLogs{folder: dir}
}

//go:noinline
func (j *jobLogs) begin() {
	l := &lumberjack.Logger{Filename: filepath.Join(j.folder, "job-"+strconv.FormatInt(j.n.Add(1), 10)), MaxBackups: 2}
	_, _ = l.Write([]byte("begun\n"))
}

//go:noinline
func retryPayment() {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxElapsedTime = time.Hour, 0
	t := backoff.NewTicker(b)
	<-t.C // the first try succeeds
}

//go:noinline
func waitForInvoice() {
	l := pq.NewListener("postgres://shop@127.0.0.1:1/shop?sslmode=disable", time.Minute, time.Hour, nil)
	select {
	case <-l.Notify:
	case <-time.After(time.Millisecond):
	}
}

//go:noinline
func reconcileShop() {
	q := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]())
	q.Add("shop")
	_, _ = q.Get()
}
