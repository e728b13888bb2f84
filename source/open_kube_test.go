package source

import (
	"context"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// A deployment is a target like any other: found, forwarded, polled.
func TestOpenADeployment(t *testing.T) {
	c := kubetest.New(t)
	c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout"})
	target, err := ParseTarget("deploy/checkout")
	if err != nil {
		t.Fatal(err)
	}
	src, err := Open(t.Context(), target, Options{Kube: kube.Options{Kubeconfig: c.Kubeconfig(), Namespace: "shop"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	heap, container := false, false
	err = src.Watch(ctx, func(m Message) {
		switch m := m.(type) {
		case profile.Capture:
			heap = heap || m.Kind == profile.Heap
		case profile.Facts:
			container = container || m.Container != ""
		}
		if heap && container {
			cancel()
		}
	})
	if err != nil && ctx.Err() == nil {
		t.Error(err)
	}
	if !heap || !container {
		t.Errorf("heap %v, container known %v; want both", heap, container)
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenNoSuchDeployment(t *testing.T) {
	c := kubetest.New(t)
	target, err := ParseTarget("deploy/nosuch")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), target, Options{Kube: kube.Options{Kubeconfig: c.Kubeconfig(), Namespace: "shop"}}); err == nil {
		t.Error("a deployment that is not there was opened")
	}
}
