package podstate

import (
	"fmt"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"
)

// StatusOf returns the status of a container; nil if there is none yet. Sidecars are
// among the init containers.
func StatusOf(pod *corev1.Pod, container string) *corev1.ContainerStatus {
	for _, list := range [][]corev1.ContainerStatus{pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses} {
		for i := range list {
			if list[i].Name == container {
				return &list[i]
			}
		}
	}
	return nil
}

// NotRunningReason returns why the container has no process, "" if it has one.
func NotRunningReason(pod *corev1.Pod, container string) string {
	s := StatusOf(pod, container)
	if s == nil || s.State.Running == nil && s.State.Waiting == nil && s.State.Terminated == nil {
		return pendingReason(pod)
	}
	switch {
	case s.State.Running != nil:
		return ""
	case s.State.Terminated != nil:
		return "ended: " + describeExit(s.State.Terminated, time.Now())
	}
	parts := []string{fault.CleanText(s.State.Waiting.Reason)}
	if t := s.LastTerminationState.Terminated; t != nil {
		parts = append(parts, "last exit "+describeExit(t, time.Now()))
	} else if m := fault.CleanText(s.State.Waiting.Message); m != "" {
		parts = append(parts, m)
	}
	return strings.Join(parts, ", ")
}

// pendingReason returns why the pod is not running, according to the scheduler or
// the kubelet.
func pendingReason(pod *corev1.Pod) string {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			return fault.CleanText(c.Message)
		}
	}
	return fault.CleanText(strings.TrimSpace(pod.Status.Reason + " " + pod.Status.Message))
}

// RemovalReason returns why a pod was removed, by the kubelet or for something else:
// "Evicted: The node was low on resource: memory."; "" if nothing is known.
func RemovalReason(pod *corev1.Pod) string {
	reason, message := pod.Status.Reason, pod.Status.Message
	for _, c := range pod.Status.Conditions {
		if reason == "" && c.Type == corev1.DisruptionTarget && c.Status == corev1.ConditionTrue {
			reason, message = c.Reason, c.Message
		}
	}
	text := fault.CleanText(reason)
	if m := fault.CleanText(message); m != "" && text != "" {
		text += ": " + m
	}
	return text
}

// DescribeLastExit describes how the container last ended, "" if it did not.
func DescribeLastExit(s *corev1.ContainerStatus, now time.Time) string {
	if t := s.LastTerminationState.Terminated; t != nil {
		return describeExit(t, now)
	}
	return ""
}

// describeExit describes an exit: "OOMKilled, exit 137, 14:02".
func describeExit(t *corev1.ContainerStateTerminated, now time.Time) string {
	parts := []string{}
	if r := fault.CleanText(t.Reason); r != "" {
		parts = append(parts, r)
	}
	if t.Signal != 0 {
		parts = append(parts, fmt.Sprintf("signal %d", t.Signal))
	}
	parts = append(parts, fmt.Sprintf("exit %d", t.ExitCode))
	if !t.FinishedAt.IsZero() {
		parts = append(parts, formatClock(t.FinishedAt.Time, now))
	}
	return strings.Join(parts, ", ")
}

// formatClock formats the local time of day, with the date if it is not today's.
func formatClock(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return quantity.Moment(t)
}
