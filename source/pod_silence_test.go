package source

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// An error says which component does not respond: the API server, the kubelet or the service.
func TestSilenceIsLocated(t *testing.T) {
	t.Parallel()
	var hangs atomic.Bool
	service := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hangs.Load() {
			<-r.Context().Done()
			return
		}
		pprofMux().ServeHTTP(w, r)
	})
	for name, tc := range map[string]struct {
		begin func(*kubetest.Cluster)
		says  string
	}{
		"API server": {
			func(c *kubetest.Cluster) { c.BlackHole(true) },
			"reach pod single: the API server does not respond; the service may be fine: check the VPN, the proxy or the network to the cluster",
		},
		"kubelet": {
			func(c *kubetest.Cluster) { c.HangKubelet(true); c.CutConnections() },
			"reach port 6060 of pod single: the API server responds, but the kubelet of node node-1 does not; see kubectl get node node-1",
		},
		"service": {
			func(*kubetest.Cluster) { hangs.Store(true) },
			"the cluster reaches the pod: the service hangs, or gets no CPU; --timeout allows more",
		},
		"a container that is replaced": {
			func(c *kubetest.Cluster) {
				c.FailKubelet("error forwarding port 6060: container not running")
				c.CutConnections()
			},
			"the kubelet could not forward the port: Internal error occurred: error forwarding port 6060: container not running; the container may be restarting; leaktop tries again",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "service" {
				defer hangs.Store(false)
			} else {
				t.Parallel()
			}
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
			tc.begin(c)
			h.waitUntil(t, tc.says, func() bool { return strings.Contains(h.why, tc.says) })
		})
	}
}
