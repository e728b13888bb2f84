package e2e

import (
	"errors"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// TestPodScripts runs scripts that have a cluster in their KUBECONFIG.
func TestPodScripts(t *testing.T) {
	t.Parallel()
	findProgram(t, "leaktop")
	testscript.Run(t, testscript.Params{
		Dir: "testdata/pods", UpdateScripts: *update, RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			c := newShopCluster(t)
			e.Setenv("KUBECONFIG", c.Kubeconfig())
			e.Values[clusterKey{}] = c
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": scriptExits, "refuses": scriptRefuses, "cluster": scriptCluster, "prometheus": scriptPrometheus},
	})
}

type clusterKey struct{}

// newShopCluster returns a cluster with a deployment of two pods, one of which was killed at
// its memory limit, one that crash-loops, and a pod without pprof.
func newShopCluster(t testing.TB) *kubetest.Cluster {
	c := kubetest.New(t)
	spec := kubetest.Ports(nil)
	spec.Containers[0].Resources = kubetest.Memory("512Mi", "256Mi")
	c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout", Replicas: 2, Spec: spec})[1].Restart("app", "OOMKilled", 137, 0)
	c.Service("checkout")
	looping := c.Run(kubetest.Template{Kind: "Deployment", Name: "looping"})[0]
	looping.Restart("app", "OOMKilled", 137, 0)
	looping.EndProcess("app", "OOMKilled", 137)
	looping.ShowCrashLoop("app")
	c.Run(kubetest.Template{Name: "web", Spec: kubetest.Ports(map[string]int32{"http": 8080}), Serve: kubetest.NoPprof(8080)})
	side := kubetest.Sidecar(kubetest.Ports(nil), "side", map[string]int32{"metrics": 9090})
	c.Run(kubetest.Template{Name: "side", Spec: side, Sidecars: map[string]map[int]http.Handler{"side": {9090: nil}}})
	return c
}

// scriptRefuses is the script command "refuses PATTERN ARGS…": before watching, leaktop must
// end with exit code 2 and one sentence on stderr that matches the pattern.
func scriptRefuses(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: refuses PATTERN ARGS")
	}
	var ended *exec.ExitError
	if err := ts.Exec("leaktop", append([]string{"check", "--for", "3s"}, args[1:]...)...); !errors.As(err, &ended) || ended.ExitCode() != 2 {
		ts.Fatalf("ended with %v, want exit code 2", err)
	}
	said := strings.TrimSpace(ts.ReadFile("stderr"))
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("got %q on stdout", out)
	}
	last := said[strings.LastIndexByte(said, '\n')+1:]
	if !strings.HasPrefix(last, "leaktop: ") || strings.Count(said, "leaktop: ") != 1 || !regexp.MustCompile(args[0]).MatchString(last) {
		ts.Fatalf("said %q, want one sentence with %q", said, args[0])
	}
}

// scriptCluster is the script command "cluster WHAT ARGS…".
func scriptCluster(ts *testscript.TestScript, neg bool, args []string) {
	c, ok := ts.Value(clusterKey{}).(*kubetest.Cluster)
	if neg || len(args) == 0 || !ok {
		ts.Fatalf("usage: cluster WHAT")
	}
	switch args[0] {
	case "stop":
		c.Stop()
	case "start":
		c.Start()
	case "expire":
		c.Accept("another token")
	case "renew":
		c.Accept(kubetest.Token)
	case "forbid":
		c.Forbid(args[1], args[2])
	case "plugin":
		_, edit := c.Plugin(args[1])
		ts.Setenv("KUBECONFIG", c.Kubeconfig(edit))
	case "rise":
		after, err := time.ParseDuration(args[2])
		if err != nil {
			ts.Fatalf("cluster rise: %v", err)
		}
		pod := c.Pod(args[1] + "-7d9f6c5b8-00001")
		time.AfterFunc(after, func() { pod.StartProcess("app", 0) })
	default:
		ts.Fatalf("the cluster can't %s", args[0])
	}
}
