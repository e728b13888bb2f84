package source

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// A rollout is reported with both versions, and the facts are those of the process that responds.
func TestRollout(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	spec := kubetest.Ports(nil)
	spec.Containers[0].Image = "registry.example:5000/checkout:v1.8"
	pod := c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout", Spec: spec})[0]
	src, err := openPods(t, c, "deploy/checkout", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := collectMessages(t, src)
	facts := func() profile.Facts { return h.facts }
	h.waitUntil(t, "a heap of v1.8", func() bool { return h.heaps > 0 && h.facts.Version == "v1.8" })
	if f := readReceived(h, facts); f.Pod != pod.Name() || f.Namespace != "shop" || f.ContainerName != "app" || f.Start.IsZero() || f.Created.IsZero() {
		t.Errorf("got facts %+v", f)
	}
	next := pod.Rollout("registry.example:5000/checkout:v1.9")
	h.waitUntil(t, "a heap of v1.9", func() bool { return h.heaps > 0 && h.facts.Version == "v1.9" })
	if f := readReceived(h, facts); f.Pod != next.Name() || f.Image != "registry.example:5000/checkout:v1.9" {
		t.Errorf("got facts %+v", f)
	}
	if want := "restart: pod " + pod.Name() + " replaced by " + next.Name() + ", version v1.9, was v1.8"; !strings.Contains(h.eventTexts(), want) {
		t.Errorf("got no %q in\n%s", want, h.eventTexts())
	}
}
