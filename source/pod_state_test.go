package source

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// An error that would end the program at the start is a state later, with the same message, and disappears by
// itself.
func TestPodGoesBadAndComesBack(t *testing.T) {
	t.Parallel()
	const portforward = "pods/portforward"
	serves := func(p *kubetest.Pod, ports map[int]http.Handler) {
		p.Serve(ports)
		p.Restart("app", "Completed", 0, 0)
	}
	for name, tt := range map[string]struct {
		begin, end func(c *kubetest.Cluster, p *kubetest.Pod)
		says       string
	}{
		"forbidden": {
			func(c *kubetest.Cluster, _ *kubetest.Pod) {
				c.Forbid("get", portforward)
				c.Forbid("create", portforward)
				c.CutConnections()
			},
			func(c *kubetest.Cluster, _ *kubetest.Pod) { c.Allow("get", portforward) },
			"ask an administrator for a Role with get on pods, and get and create on pods/portforward",
		},
		"pending": {
			func(_ *kubetest.Cluster, p *kubetest.Pod) { p.FailImagePull("app") },
			func(_ *kubetest.Cluster, p *kubetest.Pod) { p.StartProcess("app", 0) },
			"its container app is not running: ImagePullBackOff, no such image; leaktop continues when it is",
		},
		"port closed": {
			func(_ *kubetest.Cluster, p *kubetest.Pod) { serves(p, map[int]http.Handler{8080: nil}) },
			func(_ *kubetest.Cluster, p *kubetest.Pod) { serves(p, map[int]http.Handler{6060: nil}) },
			"ago and does not listen there yet; leaktop continues when it does",
		},
		"not pprof": {
			func(_ *kubetest.Cluster, p *kubetest.Pod) { serves(p, kubetest.NoPprof(6060)) },
			func(_ *kubetest.Cluster, p *kubetest.Pod) { serves(p, map[int]http.Handler{6060: nil}) },
			`import _ "net/http/pprof" and serve http.DefaultServeMux, or give its prefix: pod/NAME:6060/PREFIX`,
		},
		"scaled down": {
			func(_ *kubetest.Cluster, p *kubetest.Pod) { p.DeleteForGood(0) },
			func(_ *kubetest.Cluster, p *kubetest.Pod) { p.AddReplica() },
			"it is gone, and deployment checkout has not created another one yet",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := kubetest.New(t)
			pod := c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout"})[0]
			src, err := openPods(t, c, "deploy/checkout:6060", nil)
			if err != nil {
				t.Fatal(err)
			}
			w := startWatch(t, src)
			heap := func(m profile.Capture) bool { return m.Kind == "heap" }
			awaitMessage(w, "a heap", heap)
			tt.begin(c, pod)
			awaitMessage(w, "the state: "+tt.says, func(s Status) bool {
				err := s.Endpoints[0].Err
				return err != nil && strings.Contains(err.Error(), tt.says)
			})
			tt.end(c, pod)
			ended := time.Now()
			awaitMessage(w, "a heap again", func(m profile.Capture) bool { return heap(m) && m.Time.After(ended) })
		})
	}
}
