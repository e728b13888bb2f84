package ui

import (
	"context"
	"errors"
	"testing"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/kube"
)

var _ source.PodChooser = (*podChooser)(nil)

// podChooser is a source with several pods to choose from.
type podChooser struct {
	files
	all     []kube.Candidate
	asked   error
	refused error
	chosen  string
}

func (c *podChooser) Choices(context.Context) ([]kube.Candidate, error) { return c.all, c.asked }
func (c *podChooser) Current() string                                   { return c.chosen }

func (c *podChooser) Choose(_ context.Context, pod kube.Candidate) error {
	if c.refused == nil {
		c.chosen = pod.Namespace + "/" + pod.Name
	}
	return c.refused
}

// twoPods returns two pods in the order in which package kube finds them.
func twoPods() []kube.Candidate {
	pod := kube.Candidate{Namespace: "shop", Phase: "Running", Running: true, Ready: true}
	first, second := pod, pod
	first.Name, first.Restarts = "checkout-7d9f6c5b8-aaaaa", 12
	second.Name = "checkout-7d9f6c5b8-bbbbb"
	return []kube.Candidate{first, second}
}

func TestSwitchToAnotherPod(t *testing.T) {
	src := &podChooser{files: typical, all: twoPods(), chosen: "shop/checkout-7d9f6c5b8-bbbbb"}
	s := newScreen(t, src, 100, 30)
	s.press("enter", "a")
	s.wants("bbbbb • watched", "enter watch this one")
	src.refused = errors.New("find pprof in pod aaaaa: no port serves it")
	s.press("up", "enter")
	s.wants("no port serves it; still watching the same pod")
	if src.chosen != "shop/checkout-7d9f6c5b8-bbbbb" {
		t.Errorf("the choice was refused, but the pod is now %s", src.chosen)
	}
	src.refused = nil
	s.press("enter")
	s.wants("Watching checkout-7d9f6c5b8-aaaaa now.")
	if src.chosen != "shop/checkout-7d9f6c5b8-aaaaa" || len(s.m.nav.path) != 0 {
		t.Errorf("got pod %s and path %q", src.chosen, s.m.nav.pathText())
	}
	src.asked = errors.New("find deploy/checkout: pods is forbidden")
	s.press("a")
	s.wants("find deploy/checkout: pods is forbidden")
}

// Pressed again, the key that lists the pods shows all of them.
func TestSwitchToAllPods(t *testing.T) {
	src := &podChooser{files: typical, all: twoPods(), chosen: "shop/checkout-7d9f6c5b8-bbbbb"}
	s := newScreen(t, src, 100, 30)
	s.press("enter", "a")
	s.wants("bbbbb • watched", "a all side by side")
	s.press("a")
	if !s.m.wantsAll {
		t.Error("all pods are not wanted")
	}
}

func TestOnePodHasNoOther(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("a")
	s.wants("This target is one process")
}

func TestLimitIsShownWhenItIsLearned(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	st := s.m.vc.State
	st.Facts.Limit, st.Facts.LimitFrom = 512<<20, "pod"
	s.send(stateMsg{of: s.m, state: st, ok: true})
	s.wants("of 512 MiB")
}
