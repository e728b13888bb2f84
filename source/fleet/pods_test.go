package fleet

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/kube/kubetest"
	"github.com/leaktop/leaktop/source/sourcetest"
)

// openPods opens all pods of a target in a cluster.
func openPods(t *testing.T, c *kubetest.Cluster, arg, label string) Finder {
	t.Helper()
	tg := sourcetest.Parse(t, arg)
	o := source.Options{Timeout: eventually.Patience}
	o.Kube.Kubeconfig = c.Kubeconfig()
	p, err := source.OpenPods(t.Context(), tg, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return OfPods(p, label)
}

var eager = Options{Source: source.Options{Interval: time.Second, Cost: 1, Timeout: eventually.Patience}}

func newShop(t *testing.T, replicas int) (*kubetest.Cluster, []*kubetest.Pod) {
	c := kubetest.New(t)
	spec := kubetest.Ports(nil)
	spec.Containers[0].Image = "registry.example:5000/checkout:v1.8"
	spec.Containers[0].Resources = kubetest.Memory("512Mi", "256Mi")
	return c, c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout", Replicas: replicas, Spec: spec})
}

// All pods of a deployment are watched with a single watch of the API server. A pod's row shows an OOM kill and the
// figures of metrics-server.
func TestPodsOfDeployment(t *testing.T) {
	t.Parallel()
	c, all := newShop(t, 8)
	for _, p := range all {
		c.MeasureAt("shop/"+p.Name(), time.Time{}, 0, kubetest.Usage{Bytes: 400 << 20, MilliCPU: 250})
	}
	r := startFleet(t, openPods(t, c, "deploy/checkout", ""), eager)
	st := r.waitUntil(t, "all 8", func(st State) bool { return st.heard() == 8 })
	if st.Name != "deploy/checkout in shop" {
		t.Errorf("got name %q", st.Name)
	}
	if n := c.Watches(); n != 1 {
		t.Errorf("got %d watches of the API server, want 1", n)
	}
	if m := st.Members[0]; !strings.HasPrefix(m.Name, "000") || m.Facts.Version != "v1.8" || m.Facts.Limit != 512<<20 || m.Facts.Created.IsZero() {
		t.Errorf("got row %q %+v", m.Name, m.Facts)
	}
	r.waitUntil(t, "the working sets and the CPU use", func(st State) bool {
		for _, m := range st.Members {
			if m.State.Report.Memory.Charged != 400<<20 || m.CPU != 0.25 {
				return false
			}
		}
		return true
	})
	all[3].Restart("app", "OOMKilled", 137, 0)
	killed := func(st State) Member { // not the first row if another one seems to grow
		m, _ := st.Find(string(all[3].Object().UID))
		return m
	}
	// The profiles may show that the process was replaced before the pod's status says why.
	r.waitUntil(t, "the kill", func(st State) bool {
		m := killed(st)
		return m.Compared.Restarts == 1 && m.ExitReason == "OOMKilled"
	})
	r.waitUntil(t, "its next process", func(st State) bool { m := killed(st); return m.State.Restarts == 1 && m.Err == nil })
}

// During a rollout new pods join, and old ones are kept as gone, each with its own history.
func TestRollout(t *testing.T) {
	t.Parallel()
	c, all := newShop(t, 3)
	r := startFleet(t, openPods(t, c, "deploy/checkout", ""), eager)
	r.waitUntil(t, "all 3", func(st State) bool { return st.heard() == 3 })
	var next []*kubetest.Pod
	for _, p := range all {
		next = append(next, p.Rollout("registry.example:5000/checkout:v1.9"))
	}
	st := r.waitUntil(t, "the new pods", func(st State) bool { return st.heard() == 3 && st.Comparison.Summary.Gone == 3 })
	for i, m := range st.Members {
		want := "v1.9"
		if i >= 3 {
			want = "v1.8"
		}
		if m.Facts.Version != want || m.State.Polls == 0 || m.State.Restarts > 0 {
			t.Errorf("row %d: got %s of %s with %d polls and %d restarts", i, m.Facts.Pod, m.Facts.Version, m.State.Polls, m.State.Restarts)
		}
	}
	next[0].DeleteForGood(0)
	r.waitUntil(t, "scaled down", func(st State) bool { return st.heard() == 2 && st.Comparison.Summary.Gone == 4 })
	next[1].AddReplica()
	r.waitUntil(t, "scaled up", func(st State) bool { return st.heard() == 3 })
}

// Without permission to watch, pods are listed periodically. Without permission to list, the fleet says which
// permission is missing.
func TestForbidden(t *testing.T) {
	t.Parallel()
	c, all := newShop(t, 2)
	c.Forbid("watch", "pods")
	r := startFleet(t, openPods(t, c, "deploy/checkout", ""), eager)
	r.waitUntil(t, "both", func(st State) bool { return st.heard() == 2 })
	all[0].DeleteForGood(0)
	r.waitUntil(t, "one is gone", func(st State) bool { return st.Comparison.Summary.Gone == 1 })
	c.Forbid("list", "pods")
	st := r.waitUntil(t, "the reason", func(st State) bool { return len(st.Diagnostics) > 0 })
	if text := st.Diagnostics[0].String(); !strings.Contains(text, "cannot list resource") {
		t.Errorf("got diagnostic %q", text)
	}
	c.Allow("list", "pods")
	r.waitUntil(t, "no reason", func(st State) bool { return len(st.Diagnostics) == 0 })

	o := source.Options{}
	o.Kube.Kubeconfig = c.Kubeconfig()
	c.Forbid("list", "pods")
	if _, err := source.OpenPods(t.Context(), sourcetest.Parse(t, "deploy/checkout"), o); err == nil || !strings.Contains(err.Error(), "cannot list resource") {
		t.Errorf("open without permission to list: got %v", err)
	}
}

// A pod that does not serve pprof, and one that waits for its image, say so in their rows.
func TestPodsGoWrongAlone(t *testing.T) {
	t.Parallel()
	c, all := newShop(t, 3)
	r := startFleet(t, openPods(t, c, "deploy/checkout", ""), eager)
	r.waitUntil(t, "all 3", func(st State) bool { return st.heard() == 3 })
	all[1].FailImagePull("app")
	st := r.waitUntil(t, "the reason", func(st State) bool {
		return st.Members[0].Err != nil && strings.Contains(st.Members[0].Err.Error(), "ImagePullBackOff")
	})
	if st.Members[1].Err != nil || st.Members[2].Err != nil {
		t.Error("the other members fail too")
	}
}

// The workloads of two clusters form one fleet. A cluster that fails is reported.
func TestTwoClusters(t *testing.T) {
	t.Parallel()
	one, _ := newShop(t, 2)
	two, _ := newShop(t, 1)
	r := startFleet(t, Several{"deploy/checkout in a, b", []Finder{openPods(t, one, "deploy/checkout", "a"), openPods(t, two, "deploy/checkout", "b"), failingFinder{}}}, eager)
	st := r.waitUntil(t, "all 3", func(st State) bool { return st.heard() == 3 })
	names := map[string]bool{} // both have a pod of the same name
	for _, m := range st.Members {
		names[m.Name] = true
		if !strings.HasSuffix(m.Name, " ("+m.Cluster+")") {
			t.Errorf("%q is of %s", m.Name, m.Cluster)
		}
	}
	if len(names) != 3 {
		t.Errorf("the names are %v", names)
	}
	if len(st.Diagnostics) != 1 || !strings.Contains(st.Diagnostics[0].What, "forbidden") {
		t.Errorf("got diagnostics %v", st.Diagnostics)
	}
	r.cancel()
	if err := <-r.done; err != nil && !errors.Is(err, t.Context().Err()) {
		t.Error(err)
	}
}

// The row of an evicted pod says so, and so does its own view, which waits for nothing more.
func TestEvicted(t *testing.T) {
	t.Parallel()
	c, all := newShop(t, 2)
	r := startFleet(t, openPods(t, c, "deploy/checkout", ""), eager)
	r.waitUntil(t, "both", func(st State) bool { return st.heard() == 2 })
	all[0].Evict("The node was low on resource: memory.")
	all[1].Drain() // it is deleted at once: the reason comes with the deletion
	st := r.waitUntil(t, "both are gone", func(st State) bool {
		return st.Comparison.Summary.Gone == 2 && st.Members[0].State.Ended && st.Members[1].State.Ended
	})
	for _, m := range st.Members {
		want := "Evicted: The node was low on resource: memory."
		if m.Facts.Pod == all[1].Name() {
			want = "EvictionByEvictionAPI: Eviction API: evicting"
		}
		if m.Removed != want || m.State.GoneReason != want || m.State.Gone.IsZero() {
			t.Errorf("%s was removed because of %q, its view says %q since %v, want %q", m.Facts.Pod, m.Removed, m.State.GoneReason, m.State.Gone, want)
		}
		for _, d := range m.State.Diagnostics {
			if d.Code == profile.CodeNoAnswer {
				t.Errorf("%s is still awaited: %s", m.Facts.Pod, d)
			}
		}
	}
}

// Pods that have ended do not take the places of others.
func TestEndedAreNotCounted(t *testing.T) {
	all := make([]Target, maxMembers+10)
	for i := range all {
		all[i].ID = fmt.Sprint(i)
		all[i].HasEnded = i < 10
		all[i].Facts.Restarts = 5
	}
	if found := new(choice).limit(all); found.Omitted != 0 || len(found.Targets) != len(all) {
		t.Errorf("%d are omitted", found.Omitted)
	}
}

// Pods have the zones of their nodes, if the nodes may be listed.
func TestZones(t *testing.T) {
	t.Parallel()
	for _, allowed := range []bool{true, false} {
		c, all := newShop(t, 2)
		all[0].Place("node-1.example", "east")
		all[1].Place("node-2.example", "west")
		want := "eastwest"
		if !allowed {
			c.Forbid("list", "nodes")
			want = ""
		}
		r := startFleet(t, openPods(t, c, "deploy/checkout", ""), eager)
		st := r.waitUntil(t, "both", func(st State) bool {
			return st.heard() == 2 && st.Members[0].Zone+st.Members[1].Zone != "" == allowed
		})
		one, _ := st.Find(string(all[0].Object().UID))
		two, _ := st.Find(string(all[1].Object().UID))
		if got := one.Zone + two.Zone; got != want || one.Compared.Zone != one.Zone || one.Facts.Node != "node-1.example" {
			t.Errorf("with permission %t: the zones are %q, want %q", allowed, got, want)
		}
	}
}

// A cluster that does not answer at first is tried again, and its pods join.
func TestAwaitedCluster(t *testing.T) {
	t.Parallel()
	one, _ := newShop(t, 1)
	two, _ := newShop(t, 2)
	late, tries := openPods(t, two, "deploy/checkout", "b").(pods), 0
	awaited := Awaited{Cluster: "b", Err: errors.New("find deploy/checkout: connection refused"), Pause: 100 * time.Millisecond, Open: func(context.Context) (*source.Pods, error) {
		if tries++; tries == 1 {
			return nil, errors.New("find deploy/checkout: still refused")
		}
		return late.Pods, nil
	}}
	r := startFleet(t, Several{"deploy/checkout in a, b", []Finder{openPods(t, one, "deploy/checkout", "a"), awaited}}, eager)
	r.waitUntil(t, "the reason", func(st State) bool {
		return len(st.Diagnostics) == 1 && strings.Contains(st.Diagnostics[0].What, "refused")
	})
	st := r.waitUntil(t, "all 3", func(st State) bool { return st.heard() == 3 })
	if len(st.Diagnostics) != 0 {
		t.Errorf("got diagnostics %v", st.Diagnostics)
	}
}

// The errors of unreachable pods have a cause, from which their rows take a word.
func TestCausesOfSilence(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		begin func(*kubetest.Cluster, *kubetest.Pod)
		is    func(error) bool
	}{
		"no permission": {
			func(c *kubetest.Cluster, _ *kubetest.Pod) {
				c.Forbid("get", "pods/portforward")
				c.Forbid("create", "pods/portforward")
			}, kube.IsForbidden,
		},
		"nothing listens": {
			func(_ *kubetest.Cluster, p *kubetest.Pod) {
				p.Serve(map[int]http.Handler{})
				p.Restart("app", "Error", 1, 0)
				p.Edit(kubetest.StartedBefore(time.Minute))
			}, func(err error) bool { return errors.Is(err, kube.ErrRefused) },
		},
		"the kubelet": { // before any port was found, it is not the service either
			func(c *kubetest.Cluster, p *kubetest.Pod) { p.Place("node-1", ""); c.HangKubelet(true) },
			func(err error) bool {
				return err != nil && strings.Contains(err.Error(), "the API server responds, but the kubelet of node node-1 does not")
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, all := newShop(t, 1)
			tt.begin(c, all[0])
			o := eager
			o.Source.Timeout = time.Second
			r := startFleet(t, openPods(t, c, "deploy/checkout:6060", ""), o)
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("got %+v", r.State().Members)
				}
			})
			r.waitUntil(t, name, func(st State) bool { return len(st.Members) == 1 && tt.is(st.Members[0].Err) })
		})
	}
}
