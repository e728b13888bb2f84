package kube

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	until "github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

func TestMain(m *testing.M) {
	if os.Getenv(standInEnv) != "" {
		os.Exit(standIn(os.Args[1:]))
	}
	until.RunMoreInParallel(2)
	goleak.VerifyTestMain(m, kubetest.IgnoredLeaks()...)
}

// waitFor waits until a condition holds, which may take the cluster a moment.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	until.Holds(t, what, ok)
}

func connectTo(t *testing.T, o Options) *Cluster {
	t.Helper()
	o.Timeout = cmp.Or(o.Timeout, until.Patience)
	c, err := Connect(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	*c.timeouts = timeouts{
		statusLag: 600 * time.Millisecond, lookInterval: 50 * time.Millisecond, dialTimeout: until.Patience, answerTimeout: 400 * time.Millisecond,
		minReloadInterval: 50 * time.Millisecond, pollInterval: 200 * time.Millisecond, measure: 100 * time.Millisecond, remeasure: 50 * time.Millisecond, await: 30 * time.Second, plugin: time.Second,
		successorInterval: 50 * time.Millisecond, siblingWait: 500 * time.Millisecond,
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// followPod connects to a cluster and follows the best candidate for ref.
func followPod(t *testing.T, o Options, ref string) *Pod {
	t.Helper()
	return followIn(t, connectTo(t, o), ref)
}

// followIn follows the best candidate for ref in a cluster.
func followIn(t *testing.T, c *Cluster, ref string) *Pod {
	t.Helper()
	r, err := ParseRef(ref)
	if err != nil {
		t.Fatal(err)
	}
	all, err := c.Find(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	p := c.Follow(all[0])
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// poller polls a pod as the live view does, with one client.
type poller struct {
	http.Client
	base string
}

func newPoller(t *testing.T, p *Pod, port string) *poller {
	tr := &http.Transport{DialContext: p.DialContext, MaxIdleConns: 4}
	t.Cleanup(tr.CloseIdleConnections)
	return &poller{http.Client{Transport: tr, Timeout: until.Patience}, "http://pod:" + port}
}

func (p *poller) getObject(ctx context.Context, path string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+path, nil)
	if err != nil {
		return "", err
	}
	resp, err := p.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

func (p *poller) mustGet(t *testing.T, path string) string {
	t.Helper()
	s, err := p.getObject(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// log collects updates.
type log struct {
	mu  sync.Mutex
	all []Update
}

// observePod watches until the test ends.
func observePod(t *testing.T, p *Pod) *log {
	l := &log{}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = p.Watch(ctx, l.addUpdate)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	waitFor(t, "first update", func() bool { return l.lastUpdate().Facts.Name != "" })
	return l
}

func (l *log) addUpdate(u Update) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, u)
}

func (l *log) lastUpdate() Update {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) == 0 {
		return Update{}
	}
	return l.all[len(l.all)-1]
}

// listRestarts returns the texts of the restarts so far.
func (l *log) listRestarts() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for _, u := range l.all {
		if u.Restarted {
			all = append(all, u.Event.Text)
		}
	}
	return all
}

func (l *log) joinNotes() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for _, u := range l.all {
		if u.Event != nil && !u.Restarted {
			all = append(all, u.Event.Text)
		}
	}
	return strings.Join(all, "\n")
}

// startCluster starts an in-process cluster with a deployment "checkout" of n
// pods.
func startCluster(t *testing.T, n int) (*kubetest.Cluster, []*kubetest.Pod, Options) {
	c := kubetest.New(t)
	pods := c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout", Replicas: n})
	return c, pods, Options{Kubeconfig: c.Kubeconfig(), Stderr: io.Discard}
}
