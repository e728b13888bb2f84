package kube

import (
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	until "github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// awaitRecovery polls until a poll succeeds, and returns how long that took and what the
// poll returned.
func awaitRecovery(t *testing.T, poll *poller) (took time.Duration, who string) {
	t.Helper()
	began := time.Now()
	waitFor(t, "recovery", func() bool {
		var err error
		who, err = poll.getObject(t.Context(), "/whoami")
		return err == nil
	})
	return time.Since(began), who
}

func TestContainerRestart(t *testing.T) {
	t.Parallel()
	forEachTransport(t, func(t *testing.T, c *kubetest.Cluster, pods []*kubetest.Pod, o Options) {
		p := followPod(t, o, "deploy/checkout")
		l := observePod(t, p)
		poll := newPoller(t, p, "6060")
		poll.mustGet(t, "/whoami")
		before := p.Identity()

		pods[0].EndProcess("app", "OOMKilled", 137)
		_, err := poll.getObject(t.Context(), "/whoami")
		if err == nil {
			t.Fatal("a dead process answered")
		}
		waitFor(t, "the state in the error", func() bool {
			_, err := poll.getObject(t.Context(), "/whoami")
			return err != nil && strings.Contains(err.Error(), "its container app is not running: ended: OOMKilled, exit 137")
		})
		if p.Identity() != before {
			t.Error("a dead container is another process already")
		}
		pods[0].StartProcess("app", 100*time.Millisecond)
		if _, who := awaitRecovery(t, poll); who != pods[0].Process("app") {
			t.Errorf("reached %s, want the new process", who)
		}
		wantRestart(t, l, "OOMKilled, exit 137")
	})
}

func wantRestart(t *testing.T, l *log, want string) {
	t.Helper()
	got := l.listRestarts()
	if len(got) != 1 || !strings.HasPrefix(got[0], "restarted ") || !strings.HasSuffix(got[0], want) {
		t.Errorf("restarts told: %q, want one with %q", got, want)
	}
}

// TestFastRestartIsToldFirst checks a restart during which no poll fails, because the
// transport redials by itself and the status is late. No answer of the new process may be
// used before the restart is reported.
func TestFastRestartIsToldFirst(t *testing.T) {
	t.Parallel()
	forEachTransport(t, func(t *testing.T, c *kubetest.Cluster, pods []*kubetest.Pod, o Options) {
		p := followPod(t, o, "deploy/checkout")
		l := observePod(t, p)
		p.cluster.timeouts.statusLag = defaultTimeouts().statusLag // on a busy machine the status may be late too
		poll := newPoller(t, p, "6060")
		old := poll.mustGet(t, "/whoami")
		pods[0].Restart("app", "Error", 2, 400*time.Millisecond)
		// The idle transport sees the end of the connection at once. On a busy machine the
		// status may arrive before the test sees that.
		waitFor(t, "the break", func() bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			return !p.conns.brokenAt.IsZero() || len(l.listRestarts()) > 0
		})
		who := poll.mustGet(t, "/whoami")
		if who == old {
			t.Fatal("the old process answered")
		}
		wantRestart(t, l, "Error, exit 2")
	})
}

// The same applies if the pod may not be watched: Identity has changed by the time the
// answer arrives.
func TestFastRestartWithoutAWatch(t *testing.T) {
	t.Parallel()
	c, pods, o := startCluster(t, 1)
	c.Forbid("watch", "pods")
	p := followPod(t, o, "deploy/checkout")
	p.cluster.timeouts.statusLag = defaultTimeouts().statusLag
	poll := newPoller(t, p, "6060")
	poll.mustGet(t, "/whoami")
	before := p.Identity()
	pods[0].Restart("app", "Error", 2, 300*time.Millisecond)
	waitFor(t, "the break", func() bool { p.mu.Lock(); defer p.mu.Unlock(); return !p.conns.brokenAt.IsZero() })
	poll.mustGet(t, "/whoami")
	if p.Identity() == before {
		t.Error("the new process was reached under the old identity")
	}
	wantRestart(t, observePod(t, p), "Error, exit 2") // kept for a watcher that comes later
}

func TestPodReplaced(t *testing.T) {
	t.Parallel()
	for _, watchable := range []bool{true, false} {
		t.Run(map[bool]string{true: "watch", false: "poll"}[watchable], func(t *testing.T) {
			c, pods, o := startCluster(t, 2)
			if !watchable {
				c.Forbid("watch", "pods")
			}
			p := followPod(t, o, "pod/"+pods[0].Name())
			l := observePod(t, p)
			poll := newPoller(t, p, "6060")
			poll.mustGet(t, "/whoami")
			next := pods[0].Delete(50 * time.Millisecond)
			took, who := awaitRecovery(t, poll)
			if who != next.Process("app") {
				t.Errorf("reached %s after %v, want the successor, not the other replica", who, took)
			}
			want := "pod " + pods[0].Name() + " replaced by " + next.Name()
			if got := l.listRestarts(); len(got) != 1 || !strings.HasPrefix(got[0], want) {
				t.Errorf("told %q, want %q", got, want)
			}
			if got := l.lastUpdate().Facts.Name; got != "shop/"+next.Name()+" app" {
				t.Errorf("facts are of %s", got)
			}
		})
	}
}

// The stream of a watch may begin after the pod is gone and never report that. The next
// dial finds out.
func TestWatchThatMissesTheEnd(t *testing.T) {
	t.Parallel()
	for name, command := range map[string]string{"REST": "", "command": standInCommand(t)} {
		t.Run(name, func(t *testing.T) {
			c, pods, o := startCluster(t, 1)
			o.Kubectl = command
			p := followPod(t, o, "deploy/checkout")
			l := observePod(t, p)
			poll := newPoller(t, p, "6060")
			poll.mustGet(t, "/whoami")
			c.MuteWatches()
			next := pods[0].Delete(0)
			if _, who := awaitRecovery(t, poll); who != next.Process("app") {
				t.Errorf("reached %s", who)
			}
			if got := l.listRestarts(); len(got) != 1 || !strings.Contains(got[0], " replaced by "+next.Name()) {
				t.Errorf("told %q", got)
			}
		})
	}
}

func TestPodOfTheSameName(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	old := c.Run(kubetest.Template{Kind: "StatefulSet", Name: "db"})[0]
	p := followPod(t, Options{Kubeconfig: c.Kubeconfig()}, "sts/db")
	l := observePod(t, p)
	poll := newPoller(t, p, "6060")
	poll.mustGet(t, "/whoami")
	next := old.Delete(0)
	if _, who := awaitRecovery(t, poll); who != next.Process("app") {
		t.Errorf("reached %s", who)
	}
	if got := l.listRestarts(); len(got) != 1 || !strings.HasPrefix(got[0], "pod db-0 was created again") {
		t.Errorf("told %q", got)
	}
}

// With the minimal Role a successor cannot be searched for, and the error says so.
func TestPodGoneForGood(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	one := c.Run(kubetest.Template{Name: "one"})[0]
	two := c.Run(kubetest.Template{Kind: "Deployment", Name: "two"})[0]
	o := Options{Kubeconfig: c.Kubeconfig()}
	p, q := followPod(t, o, "one"), followPod(t, o, "deploy/two")
	l, m := observePod(t, p), observePod(t, q)
	one.Delete(0)
	waitFor(t, "the state", func() bool { return l.lastUpdate().Err != nil })
	wantSentence(t, "bare pod", l.lastUpdate().Err, "follow pod one: it is gone, and nothing recreates it; leaktop continues when a pod of that name exists again")
	_, err := newPoller(t, p, "6060").getObject(t.Context(), "/whoami")
	wantSentence(t, "dial", err, "follow pod one: it is gone, and nothing recreates it; leaktop continues when a pod of that name exists again")
	again := c.Run(kubetest.Template{Name: "one"})[0]
	if _, who := awaitRecovery(t, newPoller(t, p, "6060")); who != again.Process("app") {
		t.Errorf("reached %s", who)
	}
	waitFor(t, "the state is cleared", func() bool { return l.lastUpdate().Err == nil })

	c.Forbid("list", "pods")
	two.Delete(0)
	waitFor(t, "the state", func() bool { return m.lastUpdate().Err != nil })
	if got := m.lastUpdate().Err.Error(); !strings.Contains(got, `cannot list resource "pods"`) || !strings.HasSuffix(got, "start leaktop again with the new pod's name") {
		t.Errorf("got %q", got)
	}
}

// leaktop waits for a deployment that was scaled to zero.
func TestPodScaledDown(t *testing.T) {
	t.Parallel()
	_, pods, o := startCluster(t, 1)
	p := followPod(t, o, "deploy/checkout")
	l := observePod(t, p)
	pods[0].DeleteForGood(0)
	waitFor(t, "the state", func() bool { return l.lastUpdate().Err != nil })
	wantSentence(t, "state", l.lastUpdate().Err, "follow pod "+pods[0].Name()+": it is gone, and deployment checkout has not created another one yet; leaktop continues when it has")
	next := pods[0].AddReplica()
	if _, who := awaitRecovery(t, newPoller(t, p, "6060")); who != next.Process("app") {
		t.Errorf("reached %s", who)
	}
	waitFor(t, "the state is cleared", func() bool { return l.lastUpdate().Err == nil })
}

func TestAPIServerRestart(t *testing.T) {
	t.Parallel()
	forEachTransport(t, func(t *testing.T, c *kubetest.Cluster, pods []*kubetest.Pod, o Options) {
		p := followPod(t, o, "deploy/checkout")
		l := observePod(t, p)
		poll := newPoller(t, p, "6060")
		who := poll.mustGet(t, "/whoami")
		before := p.Identity()
		c.Stop()
		waitFor(t, "the state", func() bool {
			_, err := poll.getObject(t.Context(), "/whoami")
			return err != nil && strings.Contains(err.Error(), "the API server refused the connection") && l.lastUpdate().Err != nil
		})
		c.Start()
		if _, again := awaitRecovery(t, poll); again != who {
			t.Errorf("reached %s, want %s", again, who)
		}
		waitFor(t, "the state is cleared", func() bool { return l.lastUpdate().Err == nil })
		waitFor(t, "one watch", func() bool { return c.Watches() == 1 })
		if p.Identity() != before || len(l.listRestarts()) > 0 {
			t.Errorf("a restart of the API server was taken for one of the pod: %q", l.listRestarts())
		}
	})
}

// A slow server is not taken for a dead connection: requests are not repeated, and the
// watch on the same connection continues.
func TestSlowServerIsNotPestered(t *testing.T) {
	t.Parallel()
	c, _, o := startCluster(t, 1)
	p := followPod(t, o, "deploy/checkout")
	c.SetDelay(p.cluster.timeouts.answerTimeout + 100*time.Millisecond)
	observePod(t, p)
	asked := time.Now()
	waitFor(t, "a watch that stays for a second", func() bool {
		if len(c.TakeRequests()) > 0 || c.Watches() != 1 {
			asked = time.Now()
		}
		return time.Since(asked) > time.Second
	})
}

func TestWatchThroughABlackHole(t *testing.T) {
	t.Parallel()
	c, pods, o := startCluster(t, 1)
	p := followPod(t, o, "deploy/checkout")
	l := observePod(t, p)
	poll := newPoller(t, p, "6060")
	poll.mustGet(t, "/whoami")
	c.BlackHole(true) // the laptop sleeps
	poll.Timeout = 200 * time.Millisecond
	_, err := poll.getObject(t.Context(), "/whoami")
	if err == nil {
		t.Fatal("a poll through a black hole succeeded")
	}
	pods[0].Restart("app", "OOMKilled", 137, 0)
	c.BlackHole(false)
	poll.Timeout = until.Patience
	// The watch's connection is dead but silent; the poll finds out.
	if got := poll.mustGet(t, "/whoami"); got != pods[0].Process("app") {
		t.Errorf("reached %s", got)
	}
	wantRestart(t, l, "OOMKilled, exit 137")
}

func TestNotes(t *testing.T) {
	t.Parallel()
	_, pods, o := startCluster(t, 1)
	p := followPod(t, o, "deploy/checkout")
	l := observePod(t, p)
	pods[0].EndProcess("app", "OOMKilled", 137)
	pods[0].ShowCrashLoop("app")
	waitFor(t, "the note", func() bool {
		return strings.Contains(l.joinNotes(), "crash-looping, CrashLoopBackOff, last exit OOMKilled, exit 137")
	})
}

func TestEvictedPodIsReplaced(t *testing.T) {
	t.Parallel()
	_, pods, o := startCluster(t, 3)
	p := followPod(t, o, "pod/"+pods[0].Name())
	l := observePod(t, p)
	pods[0].EndProcess("app", "Error", 137)
	pods[0].Edit(func(p *corev1.Pod) { p.Status.Phase, p.Status.Reason = corev1.PodFailed, "Evicted" })
	poll := newPoller(t, p, "6060")
	if _, who := awaitRecovery(t, poll); who != pods[2].Process("app") {
		t.Errorf("reached %s, want the newest", who)
	}
	if got := l.listRestarts(); len(got) != 1 || !strings.Contains(got[0], "Evicted, Error, exit 137") {
		t.Errorf("told %q", got)
	}
}

func TestOneConnectionAndOneWatch(t *testing.T) {
	t.Parallel()
	forEachTransport(t, func(t *testing.T, c *kubetest.Cluster, _ []*kubetest.Pod, o Options) {
		cluster := connectTo(t, o)
		cluster.timeouts.answerTimeout = until.Patience // so that no answer times out
		p := followIn(t, cluster, "deploy/checkout")
		observePod(t, p)
		poll := newPoller(t, p, "6060")
		for range 10 {
			poll.mustGet(t, "/debug/pprof/heap")
		}
		if got := c.Watches(); got != 1 {
			t.Errorf("%d watches", got)
		}
		// One for requests and the watch, one for the port-forward.
		if got := c.Connections(); got != 2 {
			t.Errorf("%d connections to the API server, want 2", got)
		}
	})
}

func TestWatchEndsWithItsContext(t *testing.T) {
	t.Parallel()
	c, _, o := startCluster(t, 1)
	p := followPod(t, o, "deploy/checkout")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- p.Watch(ctx, func(Update) {}) }()
	waitFor(t, "a watch", func() bool { return c.Watches() > 0 })
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("got %v, want nil", err)
		}
	case <-time.After(until.Patience):
		t.Fatal("Watch goes on")
	}
}
