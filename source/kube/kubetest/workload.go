package kubetest

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Template describes the pods to run.
type Template struct {
	// Kind is "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", or empty for
	// a pod without a workload.
	Kind      string
	Namespace string // "shop" if empty
	Name      string
	Replicas  int // 1 if 0
	// Spec is the spec of the pods. Without containers it gets one named "app".
	Spec   corev1.PodSpec
	Labels map[string]string // besides app=Name
	// Serve has the handlers of the first container's processes by port. Nil means
	// net/http/pprof on 6060; a nil handler means net/http/pprof.
	Serve map[int]http.Handler
	// Sidecars has the same for other containers by name. Init containers with the
	// restart policy Always keep running, as native sidecars.
	Sidecars map[string]map[int]http.Handler
}

// workload creates pods from a template.
type workload struct {
	Template
	kind    string
	cluster *Cluster
	made    int
	hash    string // of a Deployment's pod template
}

// Run starts the pods of a template.
func (c *Cluster) Run(t Template) []*Pod {
	if t.Namespace == "" {
		t.Namespace = "shop"
	}
	if len(t.Spec.Containers) == 0 {
		t.Spec.Containers = []corev1.Container{{Name: "app"}}
	}
	if t.Serve == nil {
		t.Serve = map[int]http.Handler{6060: nil}
	}
	w := &workload{Template: t, kind: t.Kind, cluster: c, hash: firstHash}
	c.mu.Lock()
	defer c.mu.Unlock()
	if w.kind != "" {
		c.workloads[w.kind+" "+t.Namespace+"/"+t.Name] = w
	}
	var all []*Pod
	for range max(t.Replicas, 1) {
		all = append(all, c.addPod(w, ""))
	}
	return all
}

// Service creates a service that selects the pods with app=name.
func (c *Cluster) Service(name string, ports ...corev1.ServicePort) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.services["shop/"+name] = &corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name},
		Spec:       corev1.ServiceSpec{Selector: map[string]string{"app": name}, Ports: ports},
	}
}

// addPod starts a pod. It reuses the old name if the kind does. The caller holds the
// lock.
func (c *Cluster) addPod(w *workload, old string) *Pod {
	w.made++
	obj := &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: w.Namespace, Name: w.podName(old), UID: c.newUID(),
			Labels: map[string]string{"app": w.Name},
			// Pods of one second differ, so that their order is known.
			CreationTimestamp: metav1.NewTime(time.Now().Add(time.Duration(w.made-100) * time.Second)),
		},
		Spec:   *w.Spec.DeepCopy(),
		Status: corev1.PodStatus{Phase: corev1.PodRunning},
	}
	for k, v := range w.Labels {
		obj.Labels[k] = v
	}
	w.setOwner(obj)
	p := &Pod{cluster: c, workload: w, obj: obj, procs: map[string]*process{}}
	for _, container := range obj.Spec.InitContainers {
		obj.Status.InitContainerStatuses = append(obj.Status.InitContainerStatuses, p.startInitContainer(container))
	}
	for _, container := range obj.Spec.Containers {
		obj.Status.ContainerStatuses = append(obj.Status.ContainerStatuses, p.startContainer(container.Name))
	}
	c.pods[objectKey(obj)] = p
	c.notifyWatchers(p, "ADDED")
	return p
}

// upFor is the age of the first processes of a new pod: no longer starting, but not
// old.
const upFor = time.Minute

// startContainer starts the first process of a container. The caller holds the lock.
func (p *Pod) startContainer(container string) corev1.ContainerStatus {
	proc := p.workload.startProcess(container)
	proc.started = proc.started.Add(-upFor)
	p.procs[container] = proc
	return corev1.ContainerStatus{
		Name: container, Ready: true, ContainerID: "containerd://" + proc.id,
		State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(proc.started)}},
	}
}

// startInitContainer runs an init container. A sidecar keeps running, any other has ended.
func (p *Pod) startInitContainer(c corev1.Container) corev1.ContainerStatus {
	if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
		return p.startContainer(c.Name)
	}
	ended := &corev1.ContainerStateTerminated{Reason: "Completed", FinishedAt: metav1.Now()}
	return corev1.ContainerStatus{Name: c.Name, Ready: true, State: corev1.ContainerState{Terminated: ended}}
}

// Pod template hashes of a Deployment, before and after a rollout.
const (
	firstHash = "7d9f6c5b8"
	nextHash  = "5c4b9d7f66"
)

// Rollout replaces the pod by one with another image, like a rollout of its workload.
func (p *Pod) Rollout(image string) *Pod {
	c := p.cluster
	c.mu.Lock()
	p.workload.Spec.Containers[0].Image, p.workload.hash = image, nextHash
	c.mu.Unlock()
	return p.Delete(0)
}

func (w *workload) podName(old string) string {
	switch {
	case w.kind == "":
		return w.Name
	case w.kind == "StatefulSet" && old != "":
		return old
	case w.kind == "StatefulSet":
		return fmt.Sprintf("%s-%d", w.Name, w.made-1)
	case w.kind == "Deployment":
		return fmt.Sprintf("%s-%s-%05d", w.Name, w.hash, w.made)
	}
	return fmt.Sprintf("%s-%05d", w.Name, w.made)
}

// setOwner makes the workload the owner of the pod.
func (w *workload) setOwner(obj *corev1.Pod) {
	yes := true
	ref := metav1.OwnerReference{APIVersion: "apps/v1", Kind: w.kind, Name: w.Name, Controller: &yes}
	switch w.kind {
	case "":
		return
	case "Deployment":
		obj.Labels["pod-template-hash"] = w.hash
		ref.Kind, ref.Name = "ReplicaSet", w.Name+"-"+w.hash
	case "Job":
		ref.APIVersion = "batch/v1"
	}
	obj.OwnerReferences = []metav1.OwnerReference{ref}
}

// toObject returns the workload as an API object.
func (w *workload) toObject() any {
	return map[string]any{
		"apiVersion": "apps/v1", "kind": w.kind,
		"metadata": map[string]any{"namespace": w.Namespace, "name": w.Name},
		"spec":     map[string]any{"selector": map[string]any{"matchLabels": map[string]any{"app": w.Name}}},
	}
}

func resourceName(kind string) string { return strings.ToLower(kind) + "s" }
