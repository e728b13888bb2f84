package podstate

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var noon = time.Date(2026, 5, 4, 14, 2, 33, 0, time.Local)

// running returns a pod whose container "app" has its n-th process.
func running(n int32, edit ...func(*corev1.Pod)) *corev1.Pod {
	c := container("app")
	c.Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: quantity.MustParse("512Mi")}
	pod := podWith(c)
	pod.UID = "uid-1"
	s := corev1.ContainerStatus{
		Name: "app", Ready: true, RestartCount: n, ContainerID: "containerd://" + strings.Repeat(string('a'+rune(n)), 8),
		State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(noon.Add(time.Duration(n) * time.Minute))}},
	}
	if n > 0 {
		s.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
			Reason: "OOMKilled", ExitCode: 137, FinishedAt: metav1.NewTime(noon),
		}
	}
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{s}
	for _, f := range edit {
		f(pod)
	}
	return pod
}

func state(s corev1.ContainerState) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Status.ContainerStatuses[0].State = s
		pod.Status.ContainerStatuses[0].Ready = false
	}
}

func renamed(name string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Name, pod.UID = name, "uid-2" }
}

func image(name string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Spec.Containers[0].Image = name }
}

func TestChange(t *testing.T) {
	dead := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "OOMKilled", ExitCode: 137, FinishedAt: metav1.NewTime(noon)}}
	loop := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}}
	deleted := func(pod *corev1.Pod) { pod.DeletionTimestamp = &metav1.Time{Time: noon} }
	grown := func(pod *corev1.Pod) {
		pod.Status.ContainerStatuses[0].Resources = &corev1.ResourceRequirements{
			Limits: corev1.ResourceList{corev1.ResourceMemory: quantity.MustParse("1Gi")},
		}
	}
	crashed := func(pod *corev1.Pod) {
		t := pod.Status.ContainerStatuses[0].LastTerminationState.Terminated
		t.Reason, t.ExitCode, t.Signal = "Error", 2, 0
	}
	for name, tc := range map[string]struct {
		prev, next *corev1.Pod
		text       string
		restarted  bool
	}{
		"nothing":                      {running(0), running(0), "", false},
		"killed for memory":            {running(0), running(1), "restarted 14:02, OOMKilled, exit 137, limit 512 MiB", true},
		"panicked":                     {running(0), running(1, crashed), "restarted 14:02, Error, exit 2, limit 512 MiB", true},
		"terminated is no restart yet": {running(0), running(0, state(dead)), "", false},
		"new id, old count":            {running(1), running(1, func(p *corev1.Pod) { p.Status.ContainerStatuses[0].ContainerID = "containerd://z" }), "restarted 14:02, OOMKilled, exit 137, limit 512 MiB", true},
		"after terminated":             {running(0, state(dead)), running(1), "restarted 14:02, OOMKilled, exit 137, limit 512 MiB", true},
		"crash-looping": {
			running(1, state(dead)), running(1, state(loop)),
			"crash-looping, CrashLoopBackOff, last exit OOMKilled, exit 137, 4 May 14:02; started again after a pause of up to 5 minutes", false,
		},
		"deleted":  {running(0), running(0, deleted), "pod checkout-1 is being deleted; leaktop follows its successor", false},
		"resized":  {running(0), running(0, grown), "memory limit is now 1 GiB, was 512 MiB", false},
		"replaced": {running(0), running(0, renamed("checkout-2")), "pod checkout-1 replaced by checkout-2", true},
		"replaced after its end": {
			running(0, state(dead)), running(0, renamed("checkout-2")),
			"pod checkout-1 replaced by checkout-2, OOMKilled, exit 137, 14:02", true,
		},
		"the same name again": {running(0), running(0, renamed("checkout-1")), "pod checkout-1 was created again", true},
		"rolled out": {
			running(0, image("shop:v1.8")), running(0, renamed("checkout-2"), image("shop:v1.9")),
			"pod checkout-1 replaced by checkout-2, version v1.9, was v1.8", true,
		},
		"evicted": {
			running(0, func(p *corev1.Pod) { p.Status.Reason = "Evicted" }), running(0, renamed("checkout-2")),
			"pod checkout-1 replaced by checkout-2, Evicted", true,
		},
	} {
		text, restarted := DescribeChange(tc.prev, tc.next, []string{"app"}, noon.Add(time.Minute))
		if text != tc.text || restarted != tc.restarted {
			t.Errorf("%s: got %q, %v; want %q, %v", name, text, restarted, tc.text, tc.restarted)
		}
		same := ProcessIdentity(tc.prev, []string{"app"}) == ProcessIdentity(tc.next, []string{"app"})
		if same == tc.restarted {
			t.Errorf("%s: identity equal %v, restarted %v", name, same, tc.restarted)
		}
	}
}

func TestChangeNamesTheContainerOfSeveral(t *testing.T) {
	text, _ := DescribeChange(running(0), running(1), []string{"app", "side"}, noon)
	if want := "container app restarted 14:02, OOMKilled, exit 137, limit 512 MiB"; text != want {
		t.Errorf("got %q, want %q", text, want)
	}
}

func TestStale(t *testing.T) {
	for name, tc := range map[string]struct {
		prev, next *corev1.Pod
		want       bool
	}{
		"a later look":    {running(0), running(1), false},
		"an earlier look": {running(1), running(0), true},
		"another pod":     {running(1), running(0, renamed("b")), false},
		// The restart count of a container falls when its dead predecessors are
		// removed.
		"counted from 0 again": {running(3), running(1, func(p *corev1.Pod) {
			p.Status.ContainerStatuses[0].State.Running.StartedAt = metav1.NewTime(noon.Add(time.Hour))
		}), false},
	} {
		if got := IsStale(tc.prev, tc.next, []string{"app"}); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
