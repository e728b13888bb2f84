package podstate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// startReasons are the kubelet's reasons for a waiting container that will get a
// process on its own. Others, such as ErrImagePull, require intervention.
var startReasons = []string{"", "CrashLoopBackOff", "ContainerCreating", "PodInitializing"}

// IsAwaitable reports whether the container has no process and is about to get one.
func IsAwaitable(pod *corev1.Pod, container string) bool {
	if pod.DeletionTimestamp != nil || pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
		return false
	}
	s := StatusOf(pod, container)
	if s == nil || s.State.Running != nil {
		return false
	}
	if s.State.Terminated != nil {
		return pod.Spec.RestartPolicy != corev1.RestartPolicyNever
	}
	return s.State.Waiting != nil && slices.Contains(startReasons, s.State.Waiting.Reason)
}
