package source

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// An error says which component does not respond: the API server, the kubelet or the service.
func TestSilenceIsLocated(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		begin func(*kubetest.Cluster, *atomic.Bool)
		says  string
	}{
		"API server": {
			func(c *kubetest.Cluster, _ *atomic.Bool) { c.BlackHole(true) },
			"reach pod single: the API server does not respond; the service may be fine: check the VPN, the proxy or the network to the cluster",
		},
		"kubelet": {
			func(c *kubetest.Cluster, _ *atomic.Bool) { c.HangKubelet(true); c.CutConnections() },
			"reach port 6060 of pod single: the API server responds, but the kubelet of node node-1 does not; see kubectl get node node-1",
		},
		"service": {
			func(_ *kubetest.Cluster, hangs *atomic.Bool) { hangs.Store(true) },
			"the cluster reaches the pod: the service hangs, or gets no CPU; --timeout allows more",
		},
		"a container that is replaced": {
			func(c *kubetest.Cluster, _ *atomic.Bool) {
				c.FailKubelet("error forwarding port 6060: container not running")
				c.CutConnections()
			},
			"the kubelet could not forward the port: Internal error occurred: error forwarding port 6060: container not running; the container may be restarting; leaktop tries again",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var hangs atomic.Bool
			service := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if hangs.Load() {
					<-r.Context().Done()
					return
				}
				pprofMux().ServeHTTP(w, r)
			})
			c := kubetest.New(t)
			spec := kubetest.Ports(nil)
			spec.NodeName = "node-1"
			c.Run(kubetest.Template{Name: "single", Spec: spec, Serve: map[int]http.Handler{6060: service}})
			src, err := openPodsWith(t, c, "single", Options{Timeout: 3 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			h := collectMessages(t, src)
			h.waitUntil(t, "a heap", func() bool { return h.heaps > 0 })
			tc.begin(c, &hangs)
			h.waitUntil(t, tc.says, func() bool { return strings.Contains(h.why, tc.says) })
		})
	}
}

// So does an error during the search for the port, which has a deadline of its own.
func TestSilenceIsLocatedWhileOpening(t *testing.T) {
	t.Parallel()
	hangs := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	kubelet := ": the API server responds, but the kubelet of node node-1 does not"
	tests := []struct {
		name, arg string
		timeout   time.Duration
		begin     func(*kubetest.Cluster)
		want      string
	}{
		{"kubelet", "pod/single", 0, func(c *kubetest.Cluster) { c.HangKubelet(true) }, "s: reach port 6060 of pod single" + kubelet},
		{"kubelet, at a port", "pod/single:6060", 3 * time.Second, func(c *kubetest.Cluster) { c.HangKubelet(true) }, "s: reach port 6060 of pod single" + kubelet},
		{"service", "pod/single", 0, func(*kubetest.Cluster) {}, "; to wait longer, name its port"},
		{"service, at a port", "pod/single:6060", 3 * time.Second, func(*kubetest.Cluster) {}, "s; the cluster reaches the pod: the service hangs, or gets no CPU; --timeout allows more"},
	}
	var waits sync.WaitGroup
	for _, tc := range tests {
		c := kubetest.New(t)
		spec := kubetest.Ports(nil)
		spec.NodeName = "node-1"
		serve := map[int]http.Handler{6060: hangs}
		if tc.name == "kubelet" {
			spec.Containers[0].Ports = kubetest.Ports(map[string]int32{"http": 8080, "pprof": 6060}).Containers[0].Ports
		}
		c.Run(kubetest.Template{Name: "single", Spec: spec, Serve: serve})
		tc.begin(c)
		waits.Go(func() {
			began := time.Now()
			_, err := openPodsWith(t, c, tc.arg, Options{Timeout: tc.timeout})
			if err == nil || !strings.Contains(err.Error(), "no response within ") || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s: got %v after %v, want %q", tc.name, err, time.Since(began), tc.want)
			}
		})
	}
	waits.Wait()
}
