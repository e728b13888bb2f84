package kube

import (
	"context"
	"errors"
	"math"
	"net"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// Candidates have memory figures, but none from before the process started.
func TestCandidatesWithUsage(t *testing.T) {
	t.Parallel()
	c, pods, o := startCluster(t, 3)
	now := time.Now()
	c.MeasureAt("shop/"+pods[0].Name(), now.Add(30*time.Second), time.Second, kubetest.Usage{Bytes: 241 << 20, MilliCPU: 350})
	c.MeasureAt("shop/"+pods[1].Name(), now.Add(-time.Hour), time.Second, kubetest.Usage{Bytes: 99 << 20})
	cl, err := Connect(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cl.Close() })
	ref, err := ParseRef("deploy/checkout")
	if err != nil {
		t.Fatal(err)
	}
	found, err := cl.Find(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Candidate{}
	for _, x := range cl.AddUsage(t.Context(), found) {
		got[x.Name] = x
	}
	if x := got[pods[0].Name()]; x.WorkingSet != 241<<20 || math.Abs(x.CPU-0.35) > 1e-9 || x.Measured.IsZero() {
		t.Errorf("measured: %d, %v, %v", x.WorkingSet, x.CPU, x.Measured)
	}
	for _, p := range pods[1:] {
		if x := got[p.Name()]; x.WorkingSet != 0 || !x.Measured.IsZero() {
			t.Errorf("%s: %d, %v", x.Name, x.WorkingSet, x.Measured)
		}
	}
	c.Forbid("list", "pods.metrics.k8s.io")
	if all := cl.AddUsage(t.Context(), found); len(all) != len(found) {
		t.Errorf("forbidden: %d of %d pods", len(all), len(found))
	}
}

// answers is a metrics API that answers requests with each of the errors in turn and then
// with a figure.
type answers struct {
	clusterAPI
	errs []error
	at   []time.Time
}

func (a *answers) getObject(_ context.Context, _ resource, _, _ string, into any) error {
	a.at = append(a.at, time.Now())
	if len(a.errs) > 0 {
		err := a.errs[0]
		a.errs = a.errs[1:]
		return err
	}
	u := into.(*podUsage)
	u.Timestamp = time.Now()
	u.Containers = []containerUsage{{Name: "app"}}
	u.Containers[0].Usage.Memory = quantity.MustParse("20Mi")
	return nil
}

// A failed request for metrics is repeated soon; if there is no metrics service, requests
// become rarer and rarer.
func TestMetricsAreAskedForAgain(t *testing.T) {
	silent := &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}
	missing := apierrors.NewNotFound(schema.GroupResource{Group: "metrics.k8s.io", Resource: "pods"}, "")
	missing.ErrStatus.Details = nil
	for name, tc := range map[string]struct {
		errs []error
		want time.Duration // until the figure arrives
	}{
		"served":             {nil, 0},
		"one that failed":    {[]error{silent}, 10 * time.Second},
		"two that timed out": {[]error{context.DeadlineExceeded, context.DeadlineExceeded}, 20 * time.Second},
		"not installed":      {[]error{missing, missing}, time.Minute + 2*time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pod := podWith(corev1.Container{Name: "app"})
				pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "app", State: corev1.ContainerState{
					Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(time.Now().Add(-time.Hour))},
				}}}
				api := &answers{errs: tc.errs}
				p := (&Cluster{api: api, timeouts: defaultTimeouts()}).Follow(Candidate{pod: pod})
				began := time.Now()
				took := time.Duration(-1)
				p.updates.listener = func(u Update) {
					if u.WorkingSet > 0 && took < 0 {
						took = time.Since(began)
					}
				}
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				p.meter.loop(ctx)
				if p.meter.workingSet != 20<<20 || took != tc.want {
					t.Errorf("the figure %d came after %v, want %v; asked at %v", p.meter.workingSet, took, tc.want, api.at)
				}
			})
		})
	}
}
