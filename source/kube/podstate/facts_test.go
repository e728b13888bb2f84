package podstate

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/leaktop/leaktop/profile"
)

func TestFacts(t *testing.T) {
	pod := running(2)
	pod.Spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceMemory: quantity.MustParse("100M")}
	pod.Spec.Containers[0].Env = []corev1.EnvVar{fieldEnv("limits.memory", "1")}
	want := profile.Facts{
		Name: "shop/checkout-1 app:6060", Namespace: "shop", Pod: "checkout-1", ContainerName: "app", Start: noon.Add(2 * time.Minute),
		Limit: 512 << 20, LimitFrom: "pod", Request: 100e6, GoMemory: 512 << 20,
		Restarts: 2, LastExit: "OOMKilled, exit 137, 14:02", Container: "containerd://cccccccc",
	}
	if diff := cmp.Diff(want, FactsOf(pod, Port{Number: 6060}, "", noon.Add(3*time.Minute))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFactsOfAnUnknownPod(t *testing.T) {
	pod := podWith()
	want := profile.Facts{Name: "shop/checkout-1", Namespace: "shop", Pod: "checkout-1"}
	if diff := cmp.Diff(want, FactsOf(pod, Port{}, "", noon)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestVersion(t *testing.T) {
	const digest = "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for image, want := range map[string]string{
		"shop/checkout:v1.9":                "shop/checkout:v1.9 v1.9",
		"registry:5000/checkout:1":          "registry:5000/checkout:1 1",
		"registry:5000/checkout":            "registry:5000/checkout 7d9f6",
		"shop/checkout:latest":              "shop/checkout:latest 7d9f6",
		"shop/checkout" + digest:            "shop/checkout 0123456789ab",
		"registry:5000/checkout:2" + digest: "registry:5000/checkout:2 2",
		"":                                  " 7d9f6",
	} {
		pod := podWith(corev1.Container{Name: "app", Image: image})
		pod.Labels = map[string]string{"pod-template-hash": "7d9f6"}
		if got, tag := imageVersion(pod, "app"); got+" "+tag != want {
			t.Errorf("%s: %q, want %q", image, got+" "+tag, want)
		}
	}
}

func TestLimit(t *testing.T) {
	memory := func(s string) corev1.ResourceList {
		return corev1.ResourceList{corev1.ResourceMemory: quantity.MustParse(s)}
	}
	for name, tc := range map[string]struct {
		edit func(*corev1.Pod)
		want int64
	}{
		"asked for": {func(*corev1.Pod) {}, 512 << 20},
		"in force": {func(p *corev1.Pod) {
			p.Status.ContainerStatuses[0].Resources = &corev1.ResourceRequirements{Limits: memory("768Mi")}
		}, 768 << 20},
		"the pod's": {func(p *corev1.Pod) {
			p.Spec.Containers[0].Resources.Limits = nil
			p.Spec.Resources = &corev1.ResourceRequirements{Limits: memory("2Gi")}
		}, 2 << 30},
		"none": {func(p *corev1.Pod) { p.Spec.Containers[0].Resources.Limits = nil }, 0},
	} {
		if got := MemoryLimit(running(0, tc.edit), "app"); got != tc.want {
			t.Errorf("%s: got %d, want %d", name, got, tc.want)
		}
	}
}

func TestExit(t *testing.T) {
	at := metav1.NewTime(noon)
	for want, state := range map[string]*corev1.ContainerStateTerminated{
		"OOMKilled, exit 137, 14:02": {Reason: "OOMKilled", ExitCode: 137, FinishedAt: at},
		"Error, signal 9, exit 137":  {Reason: "Error", Signal: 9, ExitCode: 137},
		"exit 0":                     {},
		"red, exit 1":                {Reason: "\x1b[31mred", ExitCode: 1},
	} {
		if got := describeExit(state, noon); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := formatClock(noon, noon.AddDate(0, 0, 1)); got != "4 May 14:02" {
		t.Errorf("another day: %q", got)
	}
}
