package kube

import (
	"net/http"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/source/kube/podstate"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

func TestSwitchGoesOnWithAnotherPod(t *testing.T) {
	t.Parallel()
	_, pods, o := startCluster(t, 3)
	p := followPod(t, o, "deploy/checkout")
	l := observePod(t, p)
	poll := newPoller(t, p, "6060")
	if got := poll.mustGet(t, "/whoami"); got != pods[0].Process("app") {
		t.Fatalf("reached %s", got)
	}
	all, err := p.Siblings(t.Context())
	if err != nil || len(all) != 3 {
		t.Fatalf("siblings %v, %v", listNames(all), err)
	}
	p.Switch(all[2], podstate.Port{Number: 6060})
	if got := poll.mustGet(t, "/whoami"); got != pods[2].Process("app") {
		t.Errorf("after the switch reached %s", got)
	}
	if got := strings.Join(l.listRestarts(), "; "); got != "switched to pod "+pods[2].Name() {
		t.Errorf("told %q", got)
	}
	// The previous pod still runs: a late answer about it must not switch back.
	p.applyObservation(pods[0].Object(), pods[0].Object())
	pods[0].Restart("app", "OOMKilled", 137, 0)
	if got := poll.mustGet(t, "/whoami"); got != pods[2].Process("app") {
		t.Errorf("went back to %s", got)
	}
	// From here on it is followed like a pod that was found.
	next := pods[2].Delete(0)
	if _, who := awaitRecovery(t, poll); who != next.Process("app") {
		t.Errorf("after the replacement reached %s", who)
	}
	if l.lastUpdate().Facts.Name != "shop/"+next.Name()+" app:6060" {
		t.Errorf("name %q", l.lastUpdate().Facts.Name)
	}
}

func TestSiblingsOfAPodByItself(t *testing.T) {
	t.Parallel()
	c, pods, o := startCluster(t, 1)
	c.Run(kubetest.Template{Name: "single"})
	_, err := followPod(t, o, "single").Siblings(t.Context())
	wantSentence(t, "single", err, "find pods other than single: it has no owner; start leaktop with another pod, or with -l and a label that several pods have")
	p := followPod(t, o, "pod/"+pods[0].Name())
	c.Forbid("list", "pods")
	if _, err = p.Siblings(t.Context()); err == nil || !strings.Contains(err.Error(), "request permission to list pods") {
		t.Errorf("forbidden: %v", err)
	}
}

func TestContainerIsChosen(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	spec := podWith(newContainer("mesh", newContainerPort("metrics", 9090)), newContainer("app")).Spec
	spec.Containers[0].Resources = kubetest.Memory("64Mi", "32Mi")
	spec.Containers[1].Resources = kubetest.Memory("512Mi", "256Mi")
	pod := c.Run(kubetest.Template{Name: "two", Spec: spec, Serve: map[int]http.Handler{6060: nil}})[0]
	o := Options{Kubeconfig: c.Kubeconfig()}

	p := followPod(t, o, "two")
	p.Choose(podstate.Port{Number: 6060})
	wantDiagnostic(t, p, profile.CodeContainerUnsure, "none of the containers mesh, app declares port 6060: showing the limit and restarts of mesh; choose the one that serves it with --container")
	o.Container = "app"
	p = followPod(t, o, "two")
	if got := p.Watched().Diagnostics(); len(got) > 0 {
		t.Errorf("diagnostics %v before a port is in use", got)
	}
	if ports, err := p.Watched().Ports(); err != nil || len(ports) != 1 || ports[0].Number != 6060 {
		t.Errorf("ports %v, %v: want 6060 alone, 9090 is another container's", ports, err)
	}
	l := observePod(t, p)
	if f := l.lastUpdate().Facts; f.Limit != 512<<20 || f.Request != 256<<20 {
		t.Errorf("limit %d, request %d", f.Limit, f.Request)
	}
	before := p.Identity()
	pod.Restart("mesh", "Error", 1, 0)
	waitFor(t, "the status is read", func() bool { return podstate.StatusOf(p.Watched().Pod, "mesh").RestartCount == 1 })
	if p.Identity() != before || len(l.listRestarts()) > 0 {
		t.Errorf("a restart of the other container counts: %q", l.listRestarts())
	}
	pod.Restart("app", "OOMKilled", 137, 0)
	waitFor(t, "the restart is told", func() bool { return len(l.listRestarts()) > 0 })
	wantRestart(t, l, "OOMKilled, exit 137, limit 512 MiB")

	o.Container = "nope"
	_, err := findPods(t, o, "two")
	wantSentence(t, "nope", err, `find pod/two: no container is named "nope"; the pod has mesh, app; choose one with --container`)
}

func TestSelectorIsChecked(t *testing.T) {
	t.Parallel()
	_, err := Connect(t.Context(), Options{Selector: "app in"})
	if err == nil || !strings.Contains(err.Error(), `read selector "app in"`) || !strings.Contains(err.Error(), "write it as app=checkout,tier!=cache") {
		t.Errorf("got %v", err)
	}
}
