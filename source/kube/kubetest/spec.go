package kubetest

import (
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Memory returns the memory limit and request of a container, such as "512Mi".
func Memory(limit, request string) corev1.ResourceRequirements {
	return corev1.ResourceRequirements{
		Limits:   corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(limit)},
		Requests: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(request)},
	}
}

// Ports returns a pod with one container "app" that declares the named TCP ports.
func Ports(named map[string]int32) corev1.PodSpec {
	app := corev1.Container{Name: "app"}
	for name, port := range named {
		app.Ports = append(app.Ports, corev1.ContainerPort{Name: name, ContainerPort: port})
	}
	return corev1.PodSpec{Containers: []corev1.Container{app}}
}

// Sidecar adds a native sidecar that declares the named TCP ports.
func Sidecar(spec corev1.PodSpec, name string, named map[string]int32) corev1.PodSpec {
	always := corev1.ContainerRestartPolicyAlways
	side := corev1.Container{Name: name, RestartPolicy: &always}
	for name, port := range named {
		side.Ports = append(side.Ports, corev1.ContainerPort{Name: name, ContainerPort: port})
	}
	spec.InitContainers = append(spec.InitContainers, side)
	return spec
}

// StartedBefore is an argument for [Pod.Edit]: the processes have run for that long.
func StartedBefore(d time.Duration) func(*corev1.Pod) {
	return func(obj *corev1.Pod) {
		for i := range obj.Status.ContainerStatuses {
			if r := obj.Status.ContainerStatuses[i].State.Running; r != nil {
				r.StartedAt = metav1.NewTime(time.Now().Add(-d))
			}
		}
	}
}

// NoPprof returns a handler for a port that serves a page other than pprof.
func NoPprof(port int) map[int]http.Handler {
	return map[int]http.Handler{port: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<html>shop</html>"))
	})}
}
