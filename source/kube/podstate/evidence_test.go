package podstate

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// startedAt sets the start times in the statuses of containers.
func startedAt(pod *corev1.Pod, at map[string]time.Time) *corev1.Pod {
	for name, t := range at {
		pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, corev1.ContainerStatus{
			Name: name, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(t)}},
		})
	}
	return pod
}

func TestEvidence(t *testing.T) {
	command := func(name string, command, args []string) corev1.Container {
		return corev1.Container{Name: name, Command: command, Args: args}
	}
	app, side := command("app", []string{"/bin/checkout"}, []string{"--fast"}), command("side", nil, []string{"proxy", "sidecar"})
	plain := func() *corev1.Pod { return podWith(container("app"), container("side")) }
	for name, tc := range map[string]struct {
		pod  *corev1.Pod
		e    Evidence
		want string
	}{
		"nothing known":                  {plain(), Evidence{}, ""},
		"only one":                       {podWith(container("app")), Evidence{}, "app"},
		"command":                        {podWith(app, side), Evidence{Cmdline: "/bin/checkout\x00--fast"}, "app"},
		"command found in PATH":          {podWith(app, side), Evidence{Cmdline: "checkout\x00--fast\x00"}, "app"},
		"arguments of an image":          {podWith(app, side), Evidence{Cmdline: "/usr/bin/pilot\x00proxy\x00sidecar"}, "side"},
		"other arguments":                {podWith(app, side), Evidence{Cmdline: "/bin/checkout\x00--slow"}, ""},
		"two of one command":             {podWith(app, command("twin", app.Command, app.Args)), Evidence{Cmdline: "/bin/checkout\x00--fast"}, ""},
		"started before the other was":   {startedAt(plain(), map[string]time.Time{"app": noon, "side": noon.Add(time.Hour)}), Evidence{Start: noon.Add(time.Minute)}, "app"},
		"started with one":               {startedAt(plain(), map[string]time.Time{"app": noon.Add(time.Hour), "side": noon}), Evidence{Start: noon.Add(time.Hour + time.Second)}, "app"},
		"started long after both":        {startedAt(plain(), map[string]time.Time{"app": noon.Add(time.Hour), "side": noon}), Evidence{Start: noon.Add(2 * time.Hour)}, ""},
		"both started together":          {startedAt(plain(), map[string]time.Time{"app": noon, "side": noon.Add(2 * time.Second)}), Evidence{Start: noon.Add(time.Second)}, ""},
		"a command that could not be it": {startedAt(podWith(app, command("twin", app.Command, app.Args)), map[string]time.Time{"app": noon, "twin": noon.Add(time.Hour)}), Evidence{Cmdline: "/bin/checkout\x00--fast", Start: noon}, "app"},
	} {
		if got := tc.e.OwnerIn(tc.pod); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}
