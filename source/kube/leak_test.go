package kube

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	until "github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// listListeners returns the listening TCP sockets of this process, by inode.
func listListeners(t *testing.T) []string {
	t.Helper()
	own := map[string]bool{}
	for _, fd := range listDescriptors(t) {
		own[fd] = true
	}
	var all []string
	for _, file := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		b, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			f := strings.Fields(line)
			const listen = "0A" // TCP_LISTEN in the kernel's net/tcp_states.h
			if len(f) > 9 && f[3] == listen && own["socket:["+f[9]+"]"] {
				all = append(all, f[1])
			}
		}
	}
	return all
}

// listDescriptors returns the open files of this process.
func listDescriptors(t *testing.T) []string {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || len(links) == 0 {
		t.Skip("this system has no /proc")
	}
	var all []string
	for _, l := range links {
		if to, err := os.Readlink(l); err == nil {
			all = append(all, to)
		}
	}
	return all
}

func TestNothingListens(t *testing.T) {
	forEachTransport(t, func(t *testing.T, c *kubetest.Cluster, _ []*kubetest.Pod, o Options) {
		before := listListeners(t)
		if len(before) != 1 {
			t.Fatalf("the API server alone should listen: %v", before)
		}
		p := followPod(t, o, "deploy/checkout")
		observePod(t, p)
		newPoller(t, p, "6060").mustGet(t, "/debug/pprof/heap")
		if after := listListeners(t); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("listening before %v, while polling %v", before, after)
		}
		if p.Local() != "" {
			t.Errorf("Local is %q", p.Local())
		}
	})
}

// Nothing is left of a hundred restarts: no goroutine, no descriptor, no
// connection.
func TestNothingIsLeftAfterRestarts(t *testing.T) {
	forEachTransport(t, func(t *testing.T, c *kubetest.Cluster, pods []*kubetest.Pod, o Options) {
		p := followPod(t, o, "deploy/checkout")
		l := observePod(t, p)
		poll := newPoller(t, p, "6060")
		count := func() (goroutines, files int) {
			poll.mustGet(t, "/whoami")
			waitFor(t, "connections end", func() bool { return c.Connections() <= 2 })
			return runtime.NumGoroutine(), len(listDescriptors(t))
		}
		goroutines, files := count()
		for range 100 {
			pods[0].Restart("app", "Error", 1, 0)
			awaitRecovery(t, poll)
		}
		if n := len(l.listRestarts()); n != 100 {
			t.Errorf("%d restarts told", n)
		}
		var g, f int
		if !until.Wait(func() bool {
			g, f = count()
			return g <= goroutines+2 && f <= files+2
		}) {
			buf := make([]byte, 1<<20)
			t.Fatalf("before %d goroutines and %d files, after %d and %d\n%s", goroutines, files, g, f, buf[:runtime.Stack(buf, true)])
		}
	})
}
