package kube

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// world is a cluster with a deployment that serves pprof, and the actions that a test can
// perform on it.
type world struct {
	options Options
	target  string // deployment
	port    string
	delete  func(name string) error // a pod
	crash   func(*poller)           // ends the process; nil if that is impossible
}

// TestSuite runs the suite in process, and against the cluster that
// LEAKTOP_KUBECONFIG names:
//
//	LEAKTOP_KUBE_NAMESPACE  where the target is; "default" if empty
//	LEAKTOP_KUBE_TARGET     a deployment whose pods serve net/http/pprof
//	LEAKTOP_KUBE_PORT       the port; 6060 if empty
//	LEAKTOP_KUBE_CRASH      a path that ends the process, such as "/crash"; if
//	                        empty, nothing restarts
//
// In that cluster the suite deletes the pods of the deployment, one by one, and ends its
// processes.
func TestSuite(t *testing.T) {
	t.Run("in process", func(t *testing.T) { runSuite(t, inProcess(t)) })
	t.Run("real", func(t *testing.T) {
		path := os.Getenv("LEAKTOP_KUBECONFIG")
		if path == "" {
			t.Skip("LEAKTOP_KUBECONFIG names no cluster")
		}
		runSuite(t, realCluster(t, path))
	})
}

func inProcess(t *testing.T) world {
	c := kubetest.New(t)
	pods := map[string]*kubetest.Pod{}
	for _, p := range c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout"}) {
		pods[p.Name()] = p
	}
	return world{
		options: Options{Kubeconfig: c.Kubeconfig(), Stderr: io.Discard},
		target:  "checkout", port: "6060",
		delete: func(name string) error {
			next := pods[name].Delete(0)
			pods[next.Name()] = next
			return nil
		},
		crash: func(*poller) {
			for _, p := range pods {
				p.Restart("app", "Error", 2, 200*time.Millisecond)
			}
		},
	}
}

func realCluster(t *testing.T, path string) world {
	w := world{
		options: Options{Kubeconfig: path, Namespace: cmp.Or(os.Getenv("LEAKTOP_KUBE_NAMESPACE"), "default")},
		target:  os.Getenv("LEAKTOP_KUBE_TARGET"),
		port:    cmp.Or(os.Getenv("LEAKTOP_KUBE_PORT"), "6060"),
	}
	if w.target == "" {
		t.Fatal("LEAKTOP_KUBE_TARGET names no deployment")
	}
	w.delete = func(name string) error {
		c, err := Connect(context.Background(), w.options)
		if err != nil {
			return err
		}
		defer func() { _ = c.Close() }()
		api, ok := c.api.(*restAPI)
		if !ok {
			return errors.New("not by REST")
		}
		return api.currentSession().core.Delete().AbsPath(podResource.apiPath(c.namespace, name)...).Do(context.Background()).Error()
	}
	if crash := os.Getenv("LEAKTOP_KUBE_CRASH"); crash != "" {
		w.crash = func(p *poller) {
			// On a kept-alive connection the transport would retry, and end the next process
			// too.
			once := *p
			if tr, ok := p.Transport.(*http.Transport); ok {
				tr = tr.Clone()
				tr.DisableKeepAlives = true
				once.Transport = tr
			}
			_, _ = once.getObject(context.Background(), crash)
		}
	}
	return w
}

func runSuite(t *testing.T, w world) {
	began := time.Now()
	p := withUsualTimeouts(followPod(t, w.options, "deploy/"+w.target+":"+w.port))
	poll := newPoller(t, p, w.port)
	poll.Timeout = 30 * time.Second
	if heap := poll.mustGet(t, "/debug/pprof/heap"); !strings.HasPrefix(heap, "\x1f\x8b") {
		t.Fatalf("heap is no gzip: %.20q", heap)
	}
	t.Logf("first heap %v after the start", time.Since(began))
	l := observePod(t, p)

	t.Run("one connection", func(t *testing.T) {
		began := time.Now()
		for range 10 {
			poll.mustGet(t, "/debug/pprof/heap")
		}
		t.Logf("a heap poll on an open connection takes %v", time.Since(began)/10)
		began = time.Now()
		newPoller(t, p, w.port).mustGet(t, "/debug/pprof/cmdline")
		t.Logf("one on a new connection takes %v", time.Since(began))
	})
	t.Run("refused port", func(t *testing.T) {
		_, err := newPoller(t, p, "1").getObject(t.Context(), "/")
		if err == nil || !strings.Contains(err.Error(), "connection refused; nothing listens there") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("facts", func(t *testing.T) {
		if f := l.lastUpdate().Facts; f.Name == "" || f.Container == "" || f.Start.IsZero() {
			t.Errorf("facts %+v", f)
		}
	})
	t.Run("missing", func(t *testing.T) {
		_, err := findPods(t, w.options, "deploy/leaktop-no-such-deployment")
		if err == nil || !strings.Contains(err.Error(), "there is no deployment leaktop-no-such-deployment in namespace") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("crash", func(t *testing.T) {
		if w.crash == nil {
			t.Skip("LEAKTOP_KUBE_CRASH names no path")
		}
		checkRestart(t, p, poll, l, "restarted ", func() error { w.crash(poll); return nil })
	})
	t.Run("delete", func(t *testing.T) {
		_, name, _ := strings.Cut(p.Watched().Name(), "/")
		checkRestart(t, p, poll, l, "pod "+name+" replaced by ", func() error { return w.delete(name) })
	})
}

// withUsualTimeouts gives the pod the timeouts it has outside of tests, because the
// suite measures times.
func withUsualTimeouts(p *Pod) *Pod {
	*p.cluster.timeouts = *defaultTimeouts()
	return p
}

// checkRestart makes the process restart, and checks that this is reported before another
// process answers.
func checkRestart(t *testing.T, p *Pod, poll *poller, l *log, want string, do func() error) {
	t.Helper()
	before, told := p.Identity(), len(l.listRestarts())
	if err := do(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	waitFor(t, "the next process", func() bool {
		_, err := poll.getObject(t.Context(), "/debug/pprof/cmdline")
		return err == nil && p.Identity() != before
	})
	t.Logf("back after %v", time.Since(began))
	if got := l.listRestarts(); len(got) != told+1 || !strings.HasPrefix(got[told], want) {
		t.Errorf("told %s, want one more than %d with %q", fmt.Sprintf("%q", got), told, want)
	}
}
