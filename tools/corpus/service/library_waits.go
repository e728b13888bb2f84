package service

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/go-resty/resty/v2"
	"github.com/gorilla/websocket"
	"github.com/hashicorp/yamux"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/redis/go-redis/v9"
	"go.etcd.io/bbolt"
	"golang.org/x/crypto/ssh"
	"golang.org/x/net/http2"
	"golang.org/x/sync/errgroup"
)

// connectionLeaks keep connections or streams of libraries, or wait for those
// that others keep.
var connectionLeaks = []Service{
	{
		Name:  "s3-body-not-closed",
		Leaks: []Leak{{"service.(*pictures).size", []string{"unclosed-response-body"}, 0}},
		start: func(s *shop) {
			s.leaking(always(1.5), newPictures(remote("http")).size)
		},
	},
	{
		Name:  "resty-raw-body-not-closed",
		Leaks: []Leak{{"service.(*weather).ask", []string{"unclosed-response-body"}, 0}},
		start: func(s *shop) {
			s.leaking(always(1.5), (&weather{resty.New(), remote("http")}).ask)
		},
	},
	{
		Name:  "resty-client-per-request",
		Leaks: []Leak{{"service.(*rates).convert", []string{"transport-per-call"}, 0}},
		start: func(s *shop) {
			s.leaking(always(1.5), (&rates{remote("http")}).convert)
		},
	},
	{
		Name:  "http2-body-not-closed",
		Leaks: []Leak{{"service.(*feedReader).poll", append([]string{"http2-body-not-closed"}, notClosed...), 0}},
		start: func(s *shop) { s.leaking(always(2), newFeedReader(remote("http2")).poll) },
	},
	{
		Name:  "s3-listing-not-drained",
		Leaks: []Leak{{"service.(*uploads).first", append([]string{"send-without-reader", "select-without-done"}, notClosed...), 0}},
		start: func(s *shop) {
			s.leaking(always(2), newUploads(remote("http")).first)
		},
	},
	{
		Name:  "websocket-readers-kept",
		Leaks: []Leak{{"service.(*ticker).follow.func1", []string{"read-without-deadline", "waits-in-library"}, 2}},
		start: func(s *shop) {
			s.leaking(always(2), (&ticker{"ws" + remote("http")[4:] + "/ticker"}).follow)
		},
	},
	{
		Name:  "yamux-session-per-call",
		Leaks: []Leak{{"service.(*tunnel).call", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(1.5), (&tunnel{remote("yamux")}).call) },
	},
	{
		Name:  "ssh-client-per-command",
		Leaks: []Leak{{"service.(*hosts).uptime", notClosed, 0}},
		start: func(s *shop) { s.leaking(always(1), (&hosts{remote("ssh")}).uptime) },
	},
	{
		Name:  "pgx-connections-not-released",
		Leaks: []Leak{{"service.(*accounts).balance", []string{"waits-for-db-connection"}, 2}},
		start: func(s *shop) {
			a := newAccounts(remote("postgres"))
			s.leaking(always(2), func() { go a.balance() })
		},
	},
	{
		Name:  "redis-pool-exhausted",
		Leaks: []Leak{{"service.(*carts).count", append([]string{"waits-in-library"}, notClosed...), 2}},
		start: func(s *shop) {
			c := newCarts(remote("redis"))
			s.leaking(always(2), func() { go c.count() })
		},
	},
	{
		Name:  "bbolt-transaction-not-ended",
		Leaks: []Leak{{"service.(*settings).save", append([]string{"mutex-not-unlocked"}, notClosed...), 2}},
		start: func(s *shop) {
			c := newSettings()
			s.leaking(always(2), func() { go c.save() })
		},
	},
	{
		Name:  "errgroup-limit-of-hung-tasks",
		Leaks: []Leak{{"service.(*thumbnails).add", append([]string{"send-without-reader"}, notClosed...), 2}},
		start: func(s *shop) {
			t := &thumbnails{}
			t.group.SetLimit(4)
			s.leaking(always(2), func() { go t.add() })
		},
	},
}

type pictures struct{ client *s3.Client }

func newPictures(url string) *pictures {
	return &pictures{s3.New(s3.Options{
		BaseEndpoint: aws.String(url), Region: "local", UsePathStyle: true, Credentials: aws.AnonymousCredentials{},
	})}
}

//go:noinline
func (p *pictures) size() {
	out, err := p.client.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String("bucket"), Key: aws.String("picture")})
	if err == nil {
		_ = out.ContentLength
	}
}

type weather struct {
	client *resty.Client
	url    string
}

//go:noinline
func (w *weather) ask() {
	_, _ = w.client.R().SetDoNotParseResponse(true).Get(w.url + "/weather")
}

type rates struct{ url string }

//go:noinline
func (r *rates) convert() {
	c := resty.New().SetTransport(&http.Transport{})
	_, _ = c.R().Get(r.url + "/rates")
}

type feedReader struct {
	client *http.Client
	url    string
}

func newFeedReader(url string) *feedReader {
	t := &http2.Transport{AllowHTTP: true, StrictMaxConcurrentStreams: false}
	t.DialTLSContext = dialPlain
	return &feedReader{&http.Client{Transport: t}, url}
}

//go:noinline
func (f *feedReader) poll() {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, f.url, nil)
	if err != nil {
		return
	}
	resp, err := f.client.Do(req) //nolint:bodyclose // the leak
	if err == nil {
		_ = resp.StatusCode
	}
}

type uploads struct{ client *minio.Client }

func newUploads(url string) *uploads {
	c, err := minio.New(url[len("http://"):], &minio.Options{Creds: credentials.NewStaticV4("key", "secret", ""), Region: "local", BucketLookup: minio.BucketLookupPath})
	if err != nil {
		panic(err)
	}
	return &uploads{c}
}

//go:noinline
func (u *uploads) first() {
	for o := range u.client.ListObjects(context.Background(), "files", minio.ListObjectsOptions{Recursive: true}) {
		_ = o.Key
		return
	}
}

type ticker struct{ url string }

//go:noinline
func (t *ticker) follow() {
	c, _, err := websocket.DefaultDialer.Dial(t.url, nil) //nolint:bodyclose // of an upgrade
	if err != nil {
		return
	}
	go func() {
		for {
			if _, _, err := c.ReadMessage(); err != nil {
				return
			}
		}
	}()
}

type tunnel struct{ addr string }

//go:noinline
func (t *tunnel) call() {
	conn, err := net.Dial("tcp", t.addr)
	if err != nil {
		return
	}
	s, err := yamux.Client(conn, quietYamux())
	if err == nil {
		_ = s.NumStreams()
	}
}

type hosts struct{ addr string }

//go:noinline
func (h *hosts) uptime() {
	c, err := ssh.Dial("tcp", h.addr, &ssh.ClientConfig{User: "ops", HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: 5 * time.Second}) //nolint:gosec // on loopback
	if err == nil {
		_ = c.User()
	}
}

type accounts struct{ pool *pgxpool.Pool }

func newAccounts(addr string) *accounts {
	c, err := pgxpool.ParseConfig("postgres://shop@" + addr + "/shop?sslmode=disable&pool_max_conns=4")
	if err != nil {
		panic(err)
	}
	p, err := pgxpool.NewWithConfig(context.Background(), c)
	if err != nil {
		panic(err)
	}
	return &accounts{p}
}

//go:noinline
func (a *accounts) balance() {
	conn, err := a.pool.Acquire(context.Background())
	if err == nil {
		_ = conn.Conn() // it is never released
	}
}

type carts struct{ client *redis.Client }

func newCarts(addr string) *carts {
	return &carts{redis.NewClient(&redis.Options{Addr: addr, PoolSize: 4, PoolTimeout: time.Hour})}
}

//go:noinline
func (c *carts) count() {
	conn := c.client.Conn() // it is never closed
	_ = conn.Ping(context.Background()).Err()
}

type settings struct{ db *bbolt.DB }

func newSettings() *settings {
	db, err := bbolt.Open(tempFile("settings.db"), 0o600, nil)
	if err != nil {
		panic(err)
	}
	return &settings{db}
}

//go:noinline
func (s *settings) save() {
	tx, err := s.db.Begin(true)
	if err == nil {
		_, _ = tx.CreateBucketIfNotExists([]byte("settings")) // and no commit
	}
}

type thumbnails struct{ group errgroup.Group }

//go:noinline
func (t *thumbnails) add() {
	t.group.Go(func() error { select {} })
}
