package kube

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"

	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// role is the minimum that watching a pod needs, in the form that kubectl apply
// accepts.
//
// The verbs: a port-forward over WebSocket is a get and since Kubernetes 1.35
// needs create as well; the older one over SPDY is a create.
const role = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: leaktop
rules:
- apiGroups: [""]
  resources: [pods]
  verbs: [get]
- apiGroups: [""]
  resources: [pods/portforward]
  verbs: [get, create]
`

// roleOptional has rules that make leaktop more convenient: finding pods by
// workload, service or selector, following a pod to its successor, learning of a
// restart at once, and the working set. leaktop works without any of them.
const roleOptional = `- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [services]
  verbs: [get]
- apiGroups: [apps]
  resources: [deployments, replicasets, statefulsets, daemonsets]
  verbs: [get]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get]
- apiGroups: [metrics.k8s.io]
  resources: [pods]
  verbs: [get]
`

func parseRules(t *testing.T, text string) []rbacv1.PolicyRule {
	t.Helper()
	var parsed rbacv1.Role
	if err := yaml.UnmarshalStrict([]byte(text), &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed.Rules
}

// With the minimal Role a named pod can be watched, over both transports and as
// Kubernetes 1.35 requires, and its restart is reported.
func TestRoleIsEnough(t *testing.T) {
	t.Parallel()
	forEachTransport(t, func(t *testing.T, c *kubetest.Cluster, pods []*kubetest.Pod, o Options) {
		c.Restrict(parseRules(t, role))
		c.StrictWebSocket(true)
		p := followPod(t, o, "pod/"+pods[0].Name())
		l := observePod(t, p)
		poll := newPoller(t, p, "6060")
		poll.mustGet(t, "/debug/pprof/heap")
		pods[0].Restart("app", "OOMKilled", 137, 0)
		if got := poll.mustGet(t, "/whoami"); got != pods[0].Process("app") {
			t.Errorf("reached %s", got)
		}
		wantRestart(t, l, "OOMKilled, exit 137")
		if l.lastUpdate().Err != nil {
			t.Errorf("the state is %v", l.lastUpdate().Err)
		}
	})
}

func TestOptionalRoleIsEnoughForAll(t *testing.T) {
	t.Parallel()
	c, o := newClusterOfAllKinds(t)
	c.Restrict(parseRules(t, role+roleOptional))
	for _, ref := range []string{"deploy/checkout", "sts/db", "ds/agent", "job/import", "rs/old", "svc/checkout:http"} {
		if _, err := findPods(t, o, ref); err != nil {
			t.Errorf("%s: %v", ref, err)
		}
	}
	p := followPod(t, o, "deploy/checkout")
	observePod(t, p)
	waitFor(t, "a watch", func() bool { return c.Watches() == 1 })
}

func TestForbidden(t *testing.T) {
	t.Parallel()
	const forbidden = ` is forbidden: User "dev" cannot `
	in := ` in API group "" in the namespace "shop"; `
	ask := "ask an administrator for a Role with get on pods, and get and create on pods/portforward"
	pod := "checkout-7d9f6c5b8-00001"
	for name, tc := range map[string]struct {
		verb, resource, ref string
		want                string
	}{
		"get pods": {
			"get", "pods", "pod/" + pod,
			"find pod/" + pod + `: pods "` + pod + `"` + forbidden + `get resource "pods"` + in + ask,
		},
		"list pods": {
			"list", "pods", "deploy/checkout",
			"find deploy/checkout: pods" + forbidden + `list resource "pods"` + in + "name a pod instead, as in pod/NAME, which needs no more than get on pods and get and create on pods/portforward",
		},
		"get services": {
			"get", "services", "svc/checkout",
			`find svc/checkout: services "checkout"` + forbidden + `get resource "services"` + in + "name a pod instead, as in pod/NAME, which needs no more than get on pods and get and create on pods/portforward",
		},
	} {
		c, _, o := startCluster(t, 1)
		c.Service("checkout")
		c.Forbid(tc.verb, tc.resource)
		_, err := findPods(t, o, tc.ref)
		wantSentence(t, name, err, tc.want)
	}
	// If a workload may not be read, it is found through its pods.
	c, _, o := startCluster(t, 2)
	c.Run(kubetest.Template{Kind: "Deployment", Name: "other"})
	c.Forbid("get", "deployments")
	if all, err := findPods(t, o, "deploy/checkout"); err != nil || len(all) != 2 {
		t.Errorf("deployments forbidden: %v, %v", listNames(all), err)
	}
}

func TestForbiddenPortForward(t *testing.T) {
	t.Parallel()
	for _, verbs := range [][]string{{"get"}, {"create"}, {"get", "create"}} {
		c, pods, o := startCluster(t, 1)
		c.StrictWebSocket(true)
		for _, v := range verbs {
			c.Forbid(v, "pods/portforward")
		}
		p := followPod(t, o, "deploy/checkout")
		_, err := newPoller(t, p, "6060").getObject(t.Context(), "/whoami")
		if len(verbs) == 1 && verbs[0] == "get" { // SPDY needs no get
			if err != nil {
				t.Errorf("%v forbidden: %v", verbs, err)
			}
			continue
		}
		wantSentence(t, verbs[0], err, "reach port 6060 of pod "+pods[0].Name()+`: pods "`+pods[0].Name()+
			`" is forbidden: User "dev" cannot `+verbs[0]+` resource "pods/portforward" in API group "" in the namespace "shop"; `+
			"ask an administrator for a Role with get on pods, and get and create on pods/portforward")
	}
}

func TestWorkingSet(t *testing.T) {
	t.Parallel()
	c, pods, o := startCluster(t, 1)
	p := followPod(t, o, "deploy/checkout")
	c.SetWorkingSets(map[string]int64{"shop/" + pods[0].Name(): 123 << 20})
	l := observePod(t, p)
	waitFor(t, "the working set", func() bool { return l.lastUpdate().WorkingSet == 123<<20 })
	if at := l.lastUpdate().WorkingSetTime; time.Since(at) > time.Minute {
		t.Errorf("measured at %v", at)
	}
	asked := strings.Join(c.TakeRequests(), ",")
	if strings.Contains(asked, "nodes") {
		t.Errorf("nodes were asked: %s", asked)
	}
}

func TestWorkingSetForbiddenIsSilent(t *testing.T) {
	t.Parallel()
	c, _, o := startCluster(t, 1)
	p := followPod(t, o, "deploy/checkout")
	l := observePod(t, p)
	n := 0
	countGets := func() int {
		for _, a := range c.TakeRequests() {
			if a == "get pods" { // of metrics.k8s.io too
				n++
			}
		}
		return n
	}
	waitFor(t, "requests for the pod and its working set", func() bool { return countGets() >= 2 })
	if u := l.lastUpdate(); u.Err != nil || u.WorkingSet != 0 || l.joinNotes() != "" {
		t.Errorf("got %+v", u)
	}
	if countGets() > 3 {
		t.Errorf("%d requests for a pod that may be watched", n)
	}
}

func TestChooseTellsTheContainerOfThePort(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	spec := podWith(newContainer("mesh"), newContainer("app", newContainerPort("pprof", 6060))).Spec
	c.Run(kubetest.Template{Name: "two", Spec: spec, Serve: map[int]http.Handler{6060: nil}})
	p := followPod(t, Options{Kubeconfig: c.Kubeconfig()}, "two")
	l := observePod(t, p)
	ports, err := p.Watched().Ports()
	if err != nil {
		t.Fatal(err)
	}
	p.Choose(ports[0])
	if got := l.lastUpdate().Facts.Name; got != "shop/two app:6060" {
		t.Errorf("name %q", got)
	}
	if diff := cmp.Diff("app", p.Watched().Container()); diff != "" {
		t.Error(diff)
	}
}
