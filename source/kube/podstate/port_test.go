package podstate

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func podWith(containers ...corev1.Container) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "checkout-1", Namespace: "shop"}, Spec: corev1.PodSpec{Containers: containers}}
}

func container(name string, ports ...corev1.ContainerPort) corev1.Container {
	return corev1.Container{Name: name, Ports: ports}
}

func named(name string, port int32) corev1.ContainerPort {
	return corev1.ContainerPort{Name: name, ContainerPort: port}
}

func TestPortsInOrder(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	sidecar := podWith(container("app", named("http", 80)))
	sidecar.Spec.InitContainers = []corev1.Container{
		container("setup", named("pprof", 1)),
		{Name: "mesh", RestartPolicy: &always, Ports: []corev1.ContainerPort{named("debug", 15000)}},
	}
	second := podWith(container("mesh", named("admin", 15000)), container("app", named("web", 8080)))
	second.Annotations = map[string]string{defaultContainer: "app"}
	metrics := podWith(container("app", named("grpc", 9000)))
	metrics.Spec.InitContainers = []corev1.Container{
		{Name: "side", RestartPolicy: &always, Ports: []corev1.ContainerPort{named("metrics", 9090)}},
	}
	choose := func(pod *corev1.Pod, name string) *corev1.Pod {
		pod = pod.DeepCopy()
		pod.Annotations = map[string]string{ChosenContainer: name}
		return pod
	}
	for name, tc := range map[string]struct {
		pod  *corev1.Pod
		want []Port
	}{
		"none declared": {podWith(container("app")), []Port{{Number: 6060}}},
		"names before 6060 before the rest": {
			podWith(container("app", named("grpc", 9000), named("http", 80), named("metrics", 9090), named("pprof", 7000), named("debug", 7001))),
			[]Port{{7000, "pprof", "app"}, {7001, "debug", "app"}, {9090, "metrics", "app"}, {80, "http", "app"}, {Number: 6060}, {9000, "grpc", "app"}},
		},
		"6060 declared":         {podWith(container("app", named("web", 80), named("x", 6060))), []Port{{6060, "x", "app"}, {80, "web", "app"}}},
		"UDP ports are ignored": {podWith(container("app", corev1.ContainerPort{Name: "debug", ContainerPort: 53, Protocol: corev1.ProtocolUDP})), []Port{{Number: 6060}}},
		"a sidecar counts, a plain init container does not": {sidecar, []Port{{80, "http", "app"}, {Number: 6060}, {15000, "debug", "mesh"}}},
		"a sidecar's port never comes before the service's": {metrics, []Port{{Number: 6060}, {9000, "grpc", "app"}, {9090, "metrics", "side"}}},
		"only those of the container that was chosen":       {choose(metrics, "side"), []Port{{9090, "metrics", "side"}, {Number: 6060}}},
		"all it declares before a guess":                    {choose(metrics, "app"), []Port{{9000, "grpc", "app"}, {Number: 6060}}},
		"6060 is another's":                                 {choose(podWith(container("app", named("x", 6060)), container("side", named("y", 7000))), "side"), []Port{{7000, "y", "side"}}},
		"the default container's first":                     {second, []Port{{Number: 6060}, {8080, "web", "app"}, {15000, "admin", "mesh"}}},
	} {
		got, err := PortsFor(tc.pod, "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestPortAskedFor(t *testing.T) {
	pod := podWith(container("app", named("http", 8080)), container("side", named("pprof", 6061)))
	for wanted, want := range map[string]Port{
		"pprof": {6061, "pprof", "side"},
		"8080":  {8080, "http", "app"},
		"1234":  {Number: 1234},
	} {
		got, err := PortsFor(pod, wanted)
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s: got %v, %v; want %v", wanted, got, err, want)
		}
	}
	pod.Annotations = map[string]string{ChosenContainer: "app"}
	if _, err := PortsFor(pod, "6061"); err == nil || err.Error() != "choose port: port 6061 belongs to container side of pod checkout-1, not to app; leave --container out, or give -c side" {
		t.Errorf("a port of another container than the one chosen: %v", err)
	}
	pod.Annotations = nil
	_, err := PortsFor(pod, "admin")
	if err == nil || !strings.Contains(err.Error(), `no port named "admin", it declares http 8080, pprof 6061; give one`) {
		t.Errorf("unknown name: %v", err)
	}
}

func TestServingContainers(t *testing.T) {
	two := podWith(container("app", named("http", 8080)), container("side", named("pprof", 6061)))
	annotated := two.DeepCopy()
	annotated.Annotations = map[string]string{defaultContainer: "app"}
	for name, tc := range map[string]struct {
		pod    *corev1.Pod
		port   Port
		wanted string
		want   []string
	}{
		"declared":            {two, Port{6061, "pprof", "side"}, "", []string{"side"}},
		"asked for":           {two, Port{}, "8080", []string{"app"}},
		"unknown of two":      {two, Port{Number: 6060}, "", []string{"app", "side"}},
		"not chosen yet":      {two, Port{}, "", []string{"app", "side"}},
		"unknown, annotated":  {annotated, Port{Number: 6060}, "", []string{"app"}},
		"found":               {two, Port{Number: 6060, Container: "side"}, "", []string{"side"}},
		"unknown of only one": {podWith(container("app")), Port{Number: 6060}, "", []string{"app"}},
	} {
		if diff := cmp.Diff(tc.want, servingContainers(tc.pod, tc.port, tc.wanted)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
