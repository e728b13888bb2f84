package kube

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/kube/podstate"

	"github.com/leaktop/leaktop/source/kube/fault"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/leaktop/leaktop/source/kube/kubetest"
)

func findPods(t *testing.T, o Options, ref string) ([]Candidate, error) {
	t.Helper()
	r, err := ParseRef(ref)
	if err != nil {
		t.Fatal(err)
	}
	return connectTo(t, o).Find(t.Context(), r)
}

func listNames(all []Candidate) []string {
	var names []string
	for _, c := range all {
		names = append(names, c.Name)
	}
	return names
}

// newClusterOfAllKinds returns a cluster with a workload of each kind.
func newClusterOfAllKinds(t *testing.T) (*kubetest.Cluster, Options) {
	c := kubetest.New(t)
	for kind, name := range map[string]string{
		"Deployment": "checkout", "StatefulSet": "db", "DaemonSet": "agent", "Job": "import", "ReplicaSet": "old", "": "single",
	} {
		spec := corev1.PodSpec{Containers: []corev1.Container{newContainer("app", newContainerPort("web", 8080), newContainerPort("pprof", 6060))}}
		c.Run(kubetest.Template{Kind: kind, Name: name, Spec: spec})
	}
	c.Service("checkout", corev1.ServicePort{Name: "http", Port: 80, TargetPort: intstr.FromString("web")},
		corev1.ServicePort{Name: "dbg", Port: 81, TargetPort: intstr.FromInt32(6060)}, corev1.ServicePort{Port: 8080})
	return c, Options{Kubeconfig: c.Kubeconfig()}
}

func TestFindEveryKind(t *testing.T) {
	t.Parallel()
	_, o := newClusterOfAllKinds(t)
	for ref, want := range map[string]string{
		"single": "single", "pod/single": "single", "deploy/checkout": "checkout-7d9f6c5b8-00001",
		"sts/db": "db-0", "ds/agent": "agent-00001", "job/import": "import-00001", "rs/old": "old-00001", "svc/checkout": "checkout-7d9f6c5b8-00001",
	} {
		all, err := findPods(t, o, ref)
		if err != nil || len(all) != 1 || all[0].Name != want {
			t.Errorf("%s: got %v, %v; want %s", ref, listNames(all), err, want)
			continue
		}
		c := all[0]
		if c.Namespace != "shop" || c.Container != "app" || c.Phase != "Running" || !c.Ready || !c.Running || c.Created.IsZero() {
			t.Errorf("%s: %+v", ref, c)
		}
	}
	o.Selector = "app in (db, agent)"
	if all, err := findPods(t, o, ""); err != nil || len(all) != 2 {
		t.Errorf("selector: %v, %v", listNames(all), err)
	}
}

func TestFindMapsServicePorts(t *testing.T) {
	t.Parallel()
	_, o := newClusterOfAllKinds(t)
	c := connectTo(t, o)
	for port, want := range map[string]int{"80": 8080, "http": 8080, "dbg": 6060, "81": 6060, "8080": 8080, "9999": 9999, "pprof": 6060} {
		all, err := c.Find(t.Context(), Ref{Kind: "svc", Name: "checkout", Port: port})
		if err != nil {
			t.Errorf("%s: %v", port, err)
			continue
		}
		p := c.Follow(all[0])
		ports, err := p.Watched().Ports()
		if err != nil || len(ports) != 1 || ports[0].Number != want {
			t.Errorf("%s: got %v, %v; want %d", port, ports, err, want)
		}
	}
}

func TestFindOrder(t *testing.T) {
	t.Parallel()
	_, pods, o := startCluster(t, 6)
	restarts := func(i int, n int32) {
		pods[i].Edit(func(p *corev1.Pod) { p.Status.ContainerStatuses[0].RestartCount = n })
	}
	restarts(1, 3)
	restarts(2, 3)
	pods[1].Edit(func(p *corev1.Pod) { p.Status.ContainerStatuses[0].Ready = false })
	restarts(3, 9) // but has no process at the moment
	pods[3].EndProcess("app", "OOMKilled", 137)
	pods[3].ShowCrashLoop("app")
	restarts(4, 8) // but is being deleted
	pods[4].Edit(func(p *corev1.Pod) { p.DeletionTimestamp = &metav1.Time{Time: noon} })
	all, err := findPods(t, o, "deploy/checkout")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{pods[2].Name(), pods[1].Name(), pods[0].Name(), pods[5].Name(), pods[3].Name(), pods[4].Name()}
	if diff := cmp.Diff(want, listNames(all)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(all[4].Reason, "CrashLoopBackOff, last exit OOMKilled, exit 137, ") {
		t.Errorf("reason of the crash-looping one: %q", all[4].Reason)
	}
}

func TestFindErrors(t *testing.T) {
	t.Parallel()
	c, o := newClusterOfAllKinds(t)
	c.Run(kubetest.Template{Name: "waiting"})[0].Edit(func(p *corev1.Pod) {
		p.Status = corev1.PodStatus{Phase: corev1.PodPending, Conditions: []corev1.PodCondition{{
			Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Message: "0/3 nodes are available: 3 Insufficient memory.",
		}}}
	})
	c.Run(kubetest.Template{Name: "pulling"})[0].Edit(func(p *corev1.Pod) {
		p.Status.Phase = corev1.PodPending
		p.Status.ContainerStatuses[0].State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: "Back-off pulling image \"x\"\n"}}
	})
	c.Run(kubetest.Template{Name: "done"})[0].Edit(func(p *corev1.Pod) {
		p.Status.Phase = corev1.PodSucceeded
		p.Status.ContainerStatuses[0].State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed"}}
	})
	c.Run(kubetest.Template{Name: "going"})[0].Edit(func(p *corev1.Pod) { p.DeletionTimestamp = &metav1.Time{Time: noon} })
	c.Service("lost")

	for ref, want := range map[string]string{
		"pod/nope":      "find pod/nope: there is no pod nope in namespace shop; see kubectl get pods -n shop, or choose another namespace with -n",
		"deploy/nope:1": "find deploy/nope:1: there is no deployment nope in namespace shop; see kubectl get deployments -n shop, or choose another namespace with -n",
		"svc/nope":      "find svc/nope: there is no service nope in namespace shop; see kubectl get services -n shop, or choose another namespace with -n",
		"svc/lost":      "find svc/lost: there are no pods in namespace shop; see kubectl get pods -n shop",
		"waiting":       "find pod/waiting: pod waiting is not running yet: 0/3 nodes are available: 3 Insufficient memory.; see kubectl describe pod -n shop waiting",
		"pulling":       `find pod/pulling: pod pulling is not running yet: ImagePullBackOff, Back-off pulling image "x"; see kubectl describe pod -n shop pulling`,
		"done":          "find pod/done: pod done has ended (ended: Completed, exit 0); choose a running one",
		"going":         "find pod/going: pod going is being deleted; choose another one: kubectl get pods -n shop",
		"single:admin":  `choose port: pod single has no port named "admin", it declares web 8080, pprof 6060; give one of them or a number`,
		"pod/checkout":  "find pod/checkout: there is no pod checkout in namespace shop, but a deployment; write deploy/checkout",
		"pod/db:6060":   "find pod/db:6060: there is no pod db in namespace shop, but a statefulset; write sts/db:6060",
		"":              "find pods: neither a name nor a selector is given; write deploy/NAME, or select by labels with -l app=NAME",
	} {
		_, err := findPods(t, o, ref)
		wantSentence(t, ref, err, want)
	}
	o = Options{Kubeconfig: o.Kubeconfig, Namespace: "shpo"}
	_, err := findPods(t, o, "deploy/checkout")
	wantSentence(t, "namespace", err, "find deploy/checkout: there is no namespace shpo in this cluster; see kubectl get namespaces, or choose another context with --context")
	o.Selector = "app=checkout"
	_, err = findPods(t, o, "")
	wantSentence(t, "namespace by selector", err, "find pods with app=checkout: there is no namespace shpo in this cluster; see kubectl get namespaces, or choose another context with --context")
}

// A bare name that is not the name of a pod means the workload of that name.
func TestFindByBareName(t *testing.T) {
	t.Parallel()
	c, o := newClusterOfAllKinds(t)
	for ref, want := range map[string]string{
		"single": "single ", "checkout": "checkout-7d9f6c5b8-00001 deploy/checkout", "db:6060": "db-0 sts/db:6060", "import": "import-00001 job/import",
	} {
		all, err := findPods(t, o, ref)
		if err != nil || len(all) != 1 || all[0].Name+" "+all[0].Of != want {
			t.Errorf("%s: got %+v, %v; want %s", ref, all, err, want)
		}
	}
	o.Namespace = "shop"
	if all, err := findPods(t, o, ""); err != nil || len(all) != 6 {
		t.Errorf("all of a namespace that is given: %v, %v", listNames(all), err)
	}
	c.Forbid("list", "pods")
	_, err := findPods(t, o, "")
	if err == nil || !strings.HasSuffix(err.Error(), "; name a pod as in pod/NAME, which needs no list, or ask an administrator for a Role with get and list on pods, and get and create on pods/portforward") {
		t.Errorf("forbidden: %v", err)
	}
	o.Selector = "app=checkout"
	_, err = findPods(t, o, "")
	if err == nil || !strings.HasPrefix(err.Error(), "find pods with app=checkout: pods is forbidden: ") || !strings.Contains(err.Error(), "get and list on pods") {
		t.Errorf("by selector, forbidden: %v", err)
	}
}

// A crash-looping pod is found even if no other pod runs: it is what people look for at
// night.
func TestFindACrashLoopingPod(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	loop := c.Run(kubetest.Template{Kind: "Deployment", Name: "looping"})[0]
	loop.EndProcess("app", "OOMKilled", 137)
	loop.ShowCrashLoop("app")
	loop.Edit(func(p *corev1.Pod) { p.Status.ContainerStatuses[0].RestartCount = 3 })
	all, err := findPods(t, Options{Kubeconfig: c.Kubeconfig()}, "deploy/looping")
	if err != nil || len(all) != 1 || !all[0].IsAwaitable() || !all[0].IsCrashLooping() {
		t.Errorf("got %+v, %v", all, err)
	}
}

// leaktop says what it waits for, and a process that never starts is an error.
func TestAwaitProcess(t *testing.T) {
	t.Parallel()
	c, pods, o := startCluster(t, 1)
	pods[0].Restart("app", "OOMKilled", 137, 0)
	pods[0].EndProcess("app", "OOMKilled", 137)
	pods[0].ShowCrashLoop("app")
	p := followPod(t, o, "deploy/checkout")
	said := make(chan string, 10)
	done := make(chan error, 1)
	await := func() { done <- p.AwaitProcess(t.Context(), func(text string) { said <- text }) }
	go await()
	want := "container app of pod checkout-7d9f6c5b8-00001 is crash-looping: CrashLoopBackOff, last exit OOMKilled, exit 137; the kubelet pauses for up to 5 minutes before the next start; waiting for it, press ctrl+c to stop"
	if got := timeOfDay.ReplaceAllString(<-said, ""); got != want {
		t.Errorf("said %q\nwant %q", got, want)
	}
	pods[0].StartProcess("app", 0)
	if err := <-done; err != nil || !p.Watched().Runs() || !p.Watched().IsStarting() {
		t.Errorf("after the start: %v", err)
	}
	pods[0].FailImagePull("app")
	waitFor(t, "the end is seen", func() bool { return p.Refresh(t.Context()) == nil && !p.Watched().Runs() })
	go await()
	<-said
	if err := <-done; err == nil || !strings.Contains(err.Error(), "watch pod checkout-7d9f6c5b8-00001: container app will not start: ImagePullBackOff, last exit OOMKilled, exit 137") {
		t.Errorf("without an image: %v", err)
	}
	p.cluster.timeouts.await = 50 * time.Millisecond
	c.Pod(pods[0].Name()).ShowCrashLoop("app")
	waitFor(t, "the pause is seen", func() bool { return p.Refresh(t.Context()) == nil && podstate.IsCrashLooping(p.Watched().Pod, "app") })
	go await()
	if err := <-done; err == nil || !strings.Contains(err.Error(), "container app did not start within 50ms: CrashLoopBackOff, back-off 10s restarting failed container; read its last output with kubectl logs -n shop checkout-7d9f6c5b8-00001 -c app --previous") {
		t.Errorf("it never starts: %v", err)
	}
}

// wantSentence compares an error with a sentence, ignoring times of day.
func wantSentence(t *testing.T, what string, err error, want string) {
	t.Helper()
	var e *fault.Error
	if !errors.As(err, &e) {
		t.Errorf("%s: got %v, want an Error", what, err)
		return
	}
	if got := timeOfDay.ReplaceAllString(e.Error(), ""); got != want {
		t.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
	}
}

// A pod's facts name the context that the user chose, so that the pod can be found again.
func TestFactsNameTheContext(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"", "test"} {
		_, _, o := startCluster(t, 1)
		o.Context = want
		if got := followPod(t, o, "deploy/checkout").newUpdate().Facts.Context; got != want {
			t.Errorf("got the context %q, want %q", got, want)
		}
	}
}
