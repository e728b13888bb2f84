package kube

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	until "github.com/leaktop/leaktop/e2e/eventually"
)

// lateWatch is access to a cluster in which something happens before each watch of pods begins.
type lateWatch struct {
	clusterAPI
	before func()
}

func (w lateWatch) watchPods(ctx context.Context, namespace, selector, since string, seen func(*corev1.Pod, bool)) error {
	w.before()
	return w.clusterAPI.watchPods(ctx, namespace, selector, since, seen)
}

// A pod that is deleted after the pods were listed and before they are watched is reported, with the reason.
func TestDeletionBetweenListAndWatch(t *testing.T) {
	t.Parallel()
	_, pods, o := startCluster(t, 2)
	c := connectTo(t, o)
	g, err := c.FindGroup(t.Context(), Ref{Kind: "deploy", Name: "checkout"})
	if err != nil {
		t.Fatal(err)
	}
	c.api = lateWatch{c.api, sync.OnceFunc(pods[0].Drain)}
	removed := make(chan string, 100)
	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel()
	watching.Go(func() {
		g.Watch(ctx, func(all []Member) {
			for _, m := range all {
				if m.HasEnded {
					removed <- m.Name + ": " + m.Removed
				}
			}
		}, func(error) {})
	})
	select {
	case got := <-removed:
		if want := pods[0].Name() + ": EvictionByEvictionAPI"; !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	case <-time.After(until.Patience):
		t.Error("the deletion was not reported")
	}
}
