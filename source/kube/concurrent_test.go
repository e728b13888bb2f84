//go:build unix

package kube

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// Our own port-forward returns the same bytes as kubectl's, and continues when
// kubectl's ends.
func TestSideBySideWithKubectl(t *testing.T) {
	t.Parallel()
	path, err := exec.LookPath("kubectl")
	if err != nil {
		t.Skip("there is no kubectl here")
	}
	body := strings.Repeat("leaktop", 1<<20/7)
	c := kubetest.New(t)
	c.Run(kubetest.Template{Name: "one", Serve: map[int]http.Handler{
		6060: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }),
	}})
	o := Options{Kubeconfig: c.Kubeconfig(), Stderr: io.Discard}
	ours := followPod(t, o, "one")
	o.Kubectl = "'" + path + "'"
	theirs := followPod(t, o, "one")

	want := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))
	for name, p := range map[string]*Pod{"leaktop": ours, "kubectl": theirs} {
		client := newPoller(t, p, "6060")
		client.Timeout = time.Minute
		if got := fmt.Sprintf("%x", sha256.Sum256([]byte(client.mustGet(t, "/")))); got != want {
			t.Errorf("%s: another body", name)
		}
	}

	// One refused connection.
	_, child := forwardOf(t, theirs)
	_, _ = newPoller(t, theirs, "6061").getObject(t.Context(), "/")
	_, refused := forwardOf(t, theirs)
	waitFor(t, "kubectl ends with a refused connection", refused.hasEnded)
	if child == refused {
		t.Error("kubectl forwards both ports with one child")
	}
	c.TakeRequests()
	_, _ = newPoller(t, ours, "6061").getObject(t.Context(), "/")
	newPoller(t, ours, "6060").mustGet(t, "/")
	if n := len(c.TakeRequests()); n > 4 {
		t.Errorf("a refused and a good connection of ours took %d requests", n)
	}
}
