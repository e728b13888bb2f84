package kubetest

import (
	"fmt"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Pod is a running pod. Its containers are processes that serve according to the
// template.
type Pod struct {
	cluster  *Cluster
	workload *workload
	obj      *corev1.Pod // guarded by the cluster's lock, like procs
	procs    map[string]*process
}

// Name is the pod's name.
func (p *Pod) Name() string { return p.Object().Name }

// Object returns a copy of the pod's current object.
func (p *Pod) Object() *corev1.Pod {
	p.cluster.mu.Lock()
	defer p.cluster.mu.Unlock()
	return p.obj.DeepCopy()
}

// Edit changes the pod's object and notifies the watchers.
func (p *Pod) Edit(f func(*corev1.Pod)) {
	p.cluster.mu.Lock()
	defer p.cluster.mu.Unlock()
	f(p.obj)
	p.cluster.notifyWatchers(p, "MODIFIED")
}

// Process returns the number of the container's current process, which it also serves
// at /whoami.
func (p *Pod) Process(container string) string {
	p.cluster.mu.Lock()
	defer p.cluster.mu.Unlock()
	return p.procs[container].id
}

// EndProcess ends the container's process. The status shows it as terminated, with the
// old restart count, as the kubelet does at first.
func (p *Pod) EndProcess(container, reason string, code int32) {
	p.cluster.mu.Lock()
	proc := p.procs[container]
	p.cluster.mu.Unlock()
	proc.closeServers()
	p.editStatus(container, func(s *corev1.ContainerStatus) {
		s.Ready = false
		s.State = corev1.ContainerState{Terminated: terminatedState(s, reason, code)}
	})
}

// StartProcess starts the container's next process. The status shows it after lag, which is
// about a second for a kubelet.
func (p *Pod) StartProcess(container string, lag time.Duration) {
	p.cluster.mu.Lock()
	next := p.workload.startProcess(container)
	p.procs[container] = next
	p.cluster.mu.Unlock()
	show := func() { p.editStatus(container, func(s *corev1.ContainerStatus) { setRunning(s, next.id) }) }
	if lag > 0 {
		time.AfterFunc(lag, show)
		return
	}
	show()
}

// Restart restarts a container so fast that the status shows it only afterwards, after
// lag.
func (p *Pod) Restart(container, reason string, code int32, lag time.Duration) {
	p.cluster.mu.Lock()
	old, next := p.procs[container], p.workload.startProcess(container)
	p.procs[container] = next
	p.cluster.mu.Unlock()
	old.closeServers()
	show := func() {
		p.editStatus(container, func(s *corev1.ContainerStatus) {
			s.State = corev1.ContainerState{Terminated: terminatedState(s, reason, code)}
			setRunning(s, next.id)
		})
	}
	if lag > 0 {
		time.AfterFunc(lag, show)
		return
	}
	show()
}

// Serve sets what the next processes serve, as [Template.Serve] does.
func (p *Pod) Serve(ports map[int]http.Handler) {
	p.cluster.mu.Lock()
	defer p.cluster.mu.Unlock()
	p.workload.Serve = ports
}

// ShowCrashLoop shows the container in CrashLoopBackOff, after Die.
func (p *Pod) ShowCrashLoop(container string) {
	p.editStatus(container, func(s *corev1.ContainerStatus) {
		s.LastTerminationState = corev1.ContainerState{Terminated: s.State.Terminated}
		s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{
			Reason: "CrashLoopBackOff", Message: "back-off 10s restarting failed container",
		}}
	})
}

// FailImagePull ends the container's process, and fails to pull the image for the next one.
func (p *Pod) FailImagePull(container string) {
	p.EndProcess(container, "Error", 1)
	p.editStatus(container, func(s *corev1.ContainerStatus) {
		s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: "no such image"}}
	})
}

// Delete deletes the pod like kubectl: it is terminating for the grace period, then its
// processes end and it disappears. Delete returns the replacement that the workload
// creates, nil if the pod has no workload. The replacement exists before this pod
// disappears, unless it has the same name.
func (p *Pod) Delete(grace time.Duration) *Pod {
	switch p.workload.kind {
	case "":
		p.DeleteForGood(grace)
		return nil
	case "StatefulSet":
		p.DeleteForGood(grace)
		return p.AddReplica()
	}
	next := p.AddReplica()
	p.DeleteForGood(grace)
	return next
}

// DeleteForGood deletes the pod without a replacement, like scaling down.
func (p *Pod) DeleteForGood(grace time.Duration) {
	p.Edit(func(obj *corev1.Pod) {
		until := metav1.NewTime(time.Now().Add(grace))
		obj.DeletionTimestamp = &until
	})
	time.Sleep(grace)
	p.killProcesses()
	c := p.cluster
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pods, objectKey(p.obj))
	c.notifyWatchers(p, "DELETED")
}

// Place puts the pod on a node of a zone.
func (p *Pod) Place(node, zone string) {
	p.Edit(func(obj *corev1.Pod) {
		obj.Spec.NodeName = node
		p.cluster.zones[node] = zone
	})
}

// Evict evicts the pod like a kubelet that is short of something: its processes end, and it
// stays listed as failed.
func (p *Pod) Evict(message string) {
	p.killProcesses()
	p.Edit(func(obj *corev1.Pod) {
		obj.Status.Phase, obj.Status.Reason, obj.Status.Message = corev1.PodFailed, "Evicted", message
	})
}

// Drain evicts the pod like kubectl drain: it is deleted, and says why.
func (p *Pod) Drain() {
	p.Edit(func(obj *corev1.Pod) {
		obj.Status.Conditions = append(obj.Status.Conditions, corev1.PodCondition{
			Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue, Reason: "EvictionByEvictionAPI", Message: "Eviction API: evicting",
		})
	})
	p.DeleteForGood(0)
}

// AddReplica makes the pod's workload create another pod.
func (p *Pod) AddReplica() *Pod {
	c := p.cluster
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.addPod(p.workload, p.obj.Name)
}

func (p *Pod) killProcesses() {
	p.cluster.mu.Lock()
	procs := p.procs
	p.cluster.mu.Unlock()
	for _, proc := range procs {
		proc.closeServers()
	}
}

func (p *Pod) editStatus(container string, f func(*corev1.ContainerStatus)) {
	p.Edit(func(obj *corev1.Pod) {
		for _, list := range [][]corev1.ContainerStatus{obj.Status.ContainerStatuses, obj.Status.InitContainerStatuses} {
			for i := range list {
				if list[i].Name == container {
					f(&list[i])
				}
			}
		}
	})
}

func terminatedState(s *corev1.ContainerStatus, reason string, code int32) *corev1.ContainerStateTerminated {
	t := &corev1.ContainerStateTerminated{
		Reason: reason, ExitCode: code, FinishedAt: metav1.Now(), ContainerID: s.ContainerID,
	}
	if s.State.Running != nil {
		t.StartedAt = s.State.Running.StartedAt
	}
	return t
}

func setRunning(s *corev1.ContainerStatus, id string) {
	if s.State.Terminated != nil {
		s.LastTerminationState = corev1.ContainerState{Terminated: s.State.Terminated}
	}
	s.RestartCount++
	s.ContainerID = "containerd://" + id
	s.Ready = true
	s.State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.Now()}}
}

func objectKey(obj metav1.Object) string { return obj.GetNamespace() + "/" + obj.GetName() }

func (c *Cluster) newUID() types.UID {
	c.names++
	return types.UID(fmt.Sprintf("00000000-0000-4000-8000-%012d", c.names))
}

// Pod returns a pod in the namespace "shop", nil if there is none.
func (c *Cluster) Pod(name string) *Pod {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pods["shop/"+name]
}
