package kube

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/kube/podstate"

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// owner is what creates pods: a Deployment rather than its ReplicaSet.
type owner struct{ kind, name string }

// hashLabels have the suffix that an owner appends to the name of a ReplicaSet.
var hashLabels = []struct{ label, kind string }{
	{"pod-template-hash", "Deployment"},
	{"rollouts-pod-template-hash", "Rollout"},
}

// perPodLabels differ between a pod and its successor.
var perPodLabels = []string{
	"pod-template-hash", "rollouts-pod-template-hash", "controller-revision-hash", "pod-template-generation",
	"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index", "batch.kubernetes.io/job-completion-index",
}

// controllerOf returns the owner that the pod names; zero if it has none.
func controllerOf(pod *corev1.Pod) owner {
	if ref := metav1.GetControllerOf(pod); ref != nil {
		return owner{ref.Kind, ref.Name}
	}
	return owner{}
}

// ownerOf returns the owner that outlives a rollout. It relies on names and labels
// only, since reading ReplicaSets is often forbidden.
func ownerOf(pod *corev1.Pod) owner {
	o := controllerOf(pod)
	if o.kind != "ReplicaSet" {
		return o
	}
	for _, l := range hashLabels {
		if name, ok := strings.CutSuffix(o.name, "-"+pod.Labels[l.label]); ok && pod.Labels[l.label] != "" {
			return owner{l.kind, name}
		}
	}
	return o
}

// hasEnded reports whether the pod has no process and will not get one, or should be
// gone by now.
func hasEnded(pod *corev1.Pod, container string) bool {
	if pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
		return true
	}
	if pod.DeletionTimestamp == nil {
		return false
	}
	s := podstate.StatusOf(pod, container)
	return s != nil && s.State.Running == nil || time.Now().After(pod.DeletionTimestamp.Time)
}

// followSuccessor continues with the pod's successor. The error says that there is none yet
// or why it cannot be found.
func (p *Pod) followSuccessor(ctx context.Context) error {
	p.mu.Lock()
	prev := p.watched.Pod
	if p.goneSince.IsZero() {
		p.goneSince = time.Now()
	}
	since := p.goneSince
	p.mu.Unlock()
	if p.inGroup {
		return fault.New(nil, "", "follow pod %s: it is gone", prev.Name)
	}
	next, err := p.cluster.findSuccessor(ctx, prev, since)
	if err != nil {
		return err
	}
	p.applyObservation(prev, next)
	return nil
}

// findSuccessor finds the pod that replaced prev, which has been gone since a time.
func (c *Cluster) findSuccessor(ctx context.Context, prev *corev1.Pod, since time.Time) (*corev1.Pod, error) {
	o := ownerOf(prev)
	if o == (owner{}) {
		return nil, fault.New(nil, "leaktop continues when a pod of that name exists again", "follow pod %s: it is gone, and nothing recreates it", prev.Name)
	}
	list, err := c.listSiblings(ctx, prev, o)
	if apierrors.IsForbidden(err) {
		return nil, fault.New(err, "start leaktop again with the new pod's name", "follow pod %s: it is gone, and the search for its successor failed: %s", prev.Name, fault.Text(err))
	}
	if err != nil {
		return nil, fault.Explain("follow pod "+prev.Name, err)
	}
	next := chooseSuccessor(prev, list, time.Since(since) > c.timeouts.siblingWait)
	if next == nil {
		return nil, fault.New(nil, "leaktop continues when it has", "follow pod %s: it is gone, and %s %s has not created another one yet", prev.Name, strings.ToLower(o.kind), o.name)
	}
	return next, nil
}

// listSiblings reads the pods of the same owner by its selector or, if reading that is
// forbidden, by the labels that they must have in common.
func (c *Cluster) listSiblings(ctx context.Context, prev *corev1.Pod, o owner) ([]corev1.Pod, error) {
	selector := ""
	if k := kindOfObject(o.kind); k != nil {
		if s, _, err := c.selectorOf(ctx, k, prev.Namespace, o.name); err == nil {
			selector = s
		}
	}
	if selector == "" {
		common := labels.Set{}
		for key, value := range prev.Labels {
			if !slices.Contains(perPodLabels, key) {
				common[key] = value
			}
		}
		selector = common.AsSelector().String()
	}
	list, err := c.podsBy(ctx, prev.Namespace, selector)
	list = slices.DeleteFunc(list, func(pod corev1.Pod) bool { return ownerOf(&pod) != o })
	return list, err
}

// chooseSuccessor picks the successor: not ended, and created after prev unless olderToo. It
// prefers one that is running, then one on the same node (as a DaemonSet has), then
// the newest.
func chooseSuccessor(prev *corev1.Pod, list []corev1.Pod, olderToo bool) *corev1.Pod {
	list = slices.DeleteFunc(list, func(pod corev1.Pod) bool {
		older := !pod.CreationTimestamp.After(prev.CreationTimestamp.Time)
		return pod.UID == prev.UID || pod.DeletionTimestamp != nil || hasEnded(&pod, podstate.MainContainer(&pod)) || older && !olderToo
	})
	if len(list) == 0 {
		return nil
	}
	best := slices.MinFunc(list, func(a, b corev1.Pod) int {
		return cmp.Or(
			compareBool(a.Status.Phase == corev1.PodRunning, b.Status.Phase == corev1.PodRunning),
			compareBool(a.Spec.NodeName == prev.Spec.NodeName, b.Spec.NodeName == prev.Spec.NodeName),
			b.CreationTimestamp.Compare(a.CreationTimestamp.Time),
			cmp.Compare(a.Name, b.Name),
		)
	})
	return &best
}
