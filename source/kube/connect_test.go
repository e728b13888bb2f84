package kube

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/leaktop/leaktop/source/kube/fault"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

var timeOfDay = regexp.MustCompile(`, \d\d:\d\d`)

func TestConnectErrors(t *testing.T) {
	c := kubetest.New(t)
	t.Setenv("HOME", t.TempDir())
	t.Setenv("KUBECONFIG", "")
	write := func(name string, edit func(*clientcmdapi.Config)) string {
		b, err := os.ReadFile(c.Kubeconfig(edit))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("good", func(cfg *clientcmdapi.Config) { cfg.Contexts["prod"] = cfg.Contexts["test"] })
	server := func(url string) string {
		return write("server", func(cfg *clientcmdapi.Config) { cfg.Clusters["test"].Server = url })
	}
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(broken, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		o    Options
		want string
	}{
		"none": {Options{}, "choose cluster: found no kubeconfig; name one with --kubeconfig or KUBECONFIG, or run where kubectl works"},
		"not there": {
			Options{Kubeconfig: "/nonexistent/config"},
			"read kubeconfig: stat /nonexistent/config: no such file or directory; name an existing file with --kubeconfig or KUBECONFIG",
		},
		"broken":  {Options{Kubeconfig: broken}, "read kubeconfig: error loading config file"},
		"context": {Options{Kubeconfig: good, Context: "pord"}, `choose context: there is no context "pord" in the kubeconfig; it has prod, test`},
		"no current context": {
			Options{Kubeconfig: write("nocontext", func(cfg *clientcmdapi.Config) { cfg.CurrentContext = "" })},
			"choose context: the kubeconfig has no current context; choose one with --context: test",
		},
		"refused": {
			Options{Kubeconfig: server("https://127.0.0.1:1")},
			"reach the cluster at https://127.0.0.1:1: the API server refused the connection; check that the cluster is up and the context is the right one",
		},
		"wrong CA": {
			Options{Kubeconfig: write("ca", func(cfg *clientcmdapi.Config) { cfg.Clusters["test"].CertificateAuthorityData = nil })},
			"tls: failed to verify certificate: x509: certificate signed by unknown authority; check certificate-authority-data",
		},
		"token": {
			Options{Kubeconfig: write("token", func(cfg *clientcmdapi.Config) { cfg.AuthInfos["dev"].Token = "stale-secret" })},
			"the cluster does not accept the credentials (401); log in again as for kubectl",
		},
		"no plugin": {
			Options{Kubeconfig: write("plugin", func(cfg *clientcmdapi.Config) {
				cfg.AuthInfos["dev"] = &clientcmdapi.AuthInfo{Exec: &clientcmdapi.ExecConfig{
					APIVersion: "client.authentication.k8s.io/v1", Command: "leaktop-no-such-plugin", InteractiveMode: clientcmdapi.NeverExecInteractiveMode,
				}}
			})},
			"executable leaktop-no-such-plugin not found",
		},
	} {
		_, err := Connect(t.Context(), tc.o)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s:\ngot  %v\nwant %s", name, err, tc.want)
			continue
		}
		if strings.Contains(err.Error(), "stale-secret") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: a secret or a line break in %q", name, err)
		}
	}
}

func TestConnectChoosesAsKubectl(t *testing.T) {
	c := kubetest.New(t)
	c.Run(kubetest.Template{Name: "one", Namespace: "lab"})
	path := c.Kubeconfig(func(cfg *clientcmdapi.Config) {
		cfg.Contexts["lab"] = &clientcmdapi.Context{Cluster: "test", AuthInfo: "dev", Namespace: "lab"}
		cfg.Contexts["bare"] = &clientcmdapi.Context{Cluster: "test", AuthInfo: "dev"}
	})
	t.Setenv("KUBECONFIG", path)
	for want, o := range map[string]Options{
		"shop": {}, "lab": {Context: "lab"}, "default": {Context: "bare"}, "x": {Context: "lab", Namespace: "x"},
	} {
		if got := connectTo(t, o).Namespace(); got != want {
			t.Errorf("%+v: namespace %q, want %q", o, got, want)
		}
	}
}

// quietBuffer is a buffer that two goroutines may use.
type quietBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (q *quietBuffer) Write(b []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.b.Write(b)
}

func (q *quietBuffer) String() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.b.String()
}

func TestPluginIsHeardThenQuiet(t *testing.T) {
	c := kubetest.New(t)
	c.Run(kubetest.Template{Name: "one"})
	tokenFile, edit := c.Plugin(`echo "please visit https://login.example" >&2; if [ -t 0 ]; then echo has-terminal >&2; fi; read x && echo "took $x" >&2`)
	said := &quietBuffer{}
	o := Options{Kubeconfig: c.Kubeconfig(edit), Stderr: said}
	before := os.Stderr
	p := followPod(t, o, "one")
	if os.Stderr != before {
		t.Error("os.Stderr is another one after Connect")
	}
	waitFor(t, "the plugin's words", func() bool { return said.String() == "please visit https://login.example\n" })

	// The token expires while the screen is up; the plugin has a new one.
	p.cluster.Quiet()
	if err := os.WriteFile(tokenFile, []byte("fresh"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.Accept("fresh")
	newPoller(t, p, "6060").mustGet(t, "/whoami")
	if got := said.String(); got != "please visit https://login.example\n" {
		t.Errorf("after Quiet the plugin still wrote: %q", got)
	}
}

func TestPluginFails(t *testing.T) {
	c := kubetest.New(t)
	_, edit := c.Plugin(`echo "the SSO session has expired, run aws sso login" >&2; exit 255`)
	_, err := Connect(t.Context(), Options{Kubeconfig: c.Kubeconfig(edit), Stderr: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "failed with exit code 255") || !strings.Contains(err.Error(), "(its output: the SSO session has expired, run aws sso login)") {
		t.Errorf("got %v", err)
	}
}

func TestPluginHangs(t *testing.T) {
	c := kubetest.New(t)
	c.Run(kubetest.Template{Name: "one"})
	flag := filepath.Join(t.TempDir(), "hang")
	_, edit := c.Plugin(`while [ -e ` + flag + ` ]; do sleep 0.05; done`)
	p := followPod(t, Options{Kubeconfig: c.Kubeconfig(edit), Stderr: io.Discard}, "one")
	if err := os.WriteFile(flag, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.Accept("another") // so that the plugin is run again
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	// A connection with the deadline of ctx may be the first to report it.
	if _, err := p.DialContext(ctx, "tcp", "pod:6060"); !fault.IsTimeout(err) {
		t.Errorf("with a hanging plugin: %v", err)
	}
	if err := os.Remove(flag); err != nil { // only now can the plugin end
		t.Fatal(err)
	}
}

// Connect reports which of credential plugin and API server it is waiting for, and
// fails after the timeout.
func TestConnectNamesWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	const timeout = 2500 * time.Millisecond
	for name, tc := range map[string]struct {
		break_   func(c *kubetest.Cluster) func(*clientcmdapi.Config)
		progress string
		err      string
	}{
		"hanging plugin": {
			func(c *kubetest.Cluster) func(*clientcmdapi.Config) {
				_, edit := c.Plugin("exec sleep 1000")
				return edit
			},
			"waiting for the credential plugin plugin (2s); press ctrl+c to stop",
			"s without a result; run kubectl get pods once to see what it waits for; --timeout allows more",
		},
		"black hole": {
			func(c *kubetest.Cluster) func(*clientcmdapi.Config) {
				c.BlackHole(true)
				return func(*clientcmdapi.Config) {}
			},
			"waiting for the API server at https://127.0.0.1:",
			": no response from the API server within 2.5s; check the VPN or the proxy, or allow more with --timeout",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := kubetest.New(t)
			path := c.Kubeconfig(tc.break_(c))
			said := make(chan string, 10)
			_, err := Connect(t.Context(), Options{Kubeconfig: path, Stderr: io.Discard, Timeout: timeout, Progress: func(s string) { said <- s }})
			if err == nil || !strings.Contains(err.Error(), tc.err) {
				t.Errorf("got  %v\nwant %s", err, tc.err)
			}
			if got := <-said; !strings.HasPrefix(got, tc.progress) {
				t.Errorf("said %q, want %q", got, tc.progress)
			}
		})
	}
}

// A plugin that prints something may wait for the user, so it gets more time.
func TestPluginThatTalksGetsTime(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	_, edit := c.Plugin("echo open https://login.example >&2; sleep 3")
	cluster, err := Connect(t.Context(), Options{Kubeconfig: c.Kubeconfig(edit), Stderr: io.Discard, Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := cluster.Close(); err != nil {
		t.Error(err)
	}
}

// Closing the cluster kills a plugin that hangs. A plugin that fails is not run again
// for each request.
func TestPluginEndsWithUs(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	c.Run(kubetest.Template{Name: "one"})
	flag, ended := filepath.Join(t.TempDir(), "hang"), filepath.Join(t.TempDir(), "ended")
	_, edit := c.Plugin(`[ ! -e ` + flag + ` ] || { echo $$ > ` + ended + `; exec sleep 1000; }`)
	p := followPod(t, Options{Kubeconfig: c.Kubeconfig(edit), Stderr: io.Discard}, "one")
	if err := os.WriteFile(flag, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.Accept("another") // so that the plugin is run again
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if err := p.Refresh(ctx); err == nil || !strings.Contains(err.Error(), "the plugin plugin has been running for ") {
		t.Errorf("with a hanging plugin: %v", err)
	}
	if err := p.cluster.Close(); err != nil {
		t.Error(err)
	}
	waitFor(t, "the plugin ends", func() bool {
		b, err := os.ReadFile(ended)
		pid, numErr := strconv.Atoi(strings.TrimSpace(string(b)))
		if err != nil || numErr != nil {
			return false
		}
		process, err := os.FindProcess(pid)
		return err != nil || process.Signal(syscall.Signal(0)) != nil
	})
}

func TestFailingPluginPauses(t *testing.T) {
	t.Parallel()
	c, _, o := startCluster(t, 1)
	runs := filepath.Join(t.TempDir(), "runs")
	fails := filepath.Join(t.TempDir(), "fails")
	_, edit := c.Plugin(`echo run >> ` + runs + `; [ ! -e ` + fails + ` ] || { echo log in first >&2; exit 1; }`)
	o.Kubeconfig = c.Kubeconfig(edit)
	p := followPod(t, o, "deploy/checkout")
	observePod(t, p)
	poll := newPoller(t, p, "6060")
	poll.mustGet(t, "/whoami")
	if err := os.WriteFile(fails, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.Accept("another")
	c.CutConnections()
	for range 100 {
		_, err := poll.getObject(t.Context(), "/whoami")
		if err == nil || !strings.Contains(err.Error(), "the cluster does not accept the credentials (401)") || !strings.Contains(err.Error(), "(its output: log in first)") {
			t.Errorf("got %v", err)
		}
	}
	if b, err := os.ReadFile(runs); err != nil || strings.Count(string(b), "run") > 2 {
		t.Errorf("the plugin ran %d times, want once at the start and once in a hundred polls: %v", strings.Count(string(b), "run"), err)
	}
}

func TestExpiredTokenIsReadAnew(t *testing.T) {
	c, _, o := startCluster(t, 1)
	p := followPod(t, o, "deploy/checkout")
	poll := newPoller(t, p, "6060")
	poll.mustGet(t, "/whoami")
	c.Accept("fresh")
	c.CutConnections()
	_, err := poll.getObject(t.Context(), "/whoami")
	if err == nil || !strings.Contains(err.Error(), "does not accept the credentials (401)") {
		t.Errorf("with an expired token: %v", err)
	}
	// The user logs in again in another terminal.
	c.Kubeconfig(func(cfg *clientcmdapi.Config) { cfg.AuthInfos["dev"].Token = "fresh" })
	waitFor(t, "polls go on", func() bool {
		_, err := poll.getObject(t.Context(), "/whoami")
		return err == nil
	})
}

func TestCompletion(t *testing.T) {
	c, pods, o := startCluster(t, 2)
	pods[1].EndProcess("app", "Error", 1)
	o.Kubeconfig = c.Kubeconfig(func(cfg *clientcmdapi.Config) { cfg.Contexts["prod"] = cfg.Contexts["test"] })
	if diff := cmp.Diff([]string{"prod", "test"}, Contexts(o)); diff != "" {
		t.Errorf("contexts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"lab", "shop"}, Namespaces(t.Context(), o)); diff != "" {
		t.Errorf("namespaces (-want +got):\n%s", diff)
	}
	for begun, want := range map[string][]string{
		"po/":     {"po/" + pods[0].Name(), "po/" + pods[1].Name()},
		"deploy/": {"deploy/checkout"}, "sts/": nil, "node/": nil,
		"che": {"pod/", "deploy/", "rs/", "sts/", "ds/", "job/", "svc/", pods[0].Name(), pods[1].Name()},
	} {
		if diff := cmp.Diff(want, Refs(t.Context(), o, begun)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", begun, diff)
		}
	}
	if diff := cmp.Diff([]string{pods[0].Name(), pods[1].Name()}, podNames(t.Context(), o)); diff != "" {
		t.Errorf("pods (-want +got):\n%s", diff)
	}
	c.Forbid("list", "pods")
	if got := podNames(t.Context(), o); len(got) > 0 {
		t.Errorf("forbidden: %v", got)
	}
	if got := Contexts(Options{Kubeconfig: "/nonexistent"}); len(got) > 0 {
		t.Errorf("no kubeconfig: %v", got)
	}
}

// A plugin may want a key to be touched each time: it is run once, until its
// token is refused.
func TestPluginRunsOnce(t *testing.T) {
	t.Parallel()
	c, pods, o := startCluster(t, 1)
	runs := filepath.Join(t.TempDir(), "runs")
	_, edit := c.Plugin(`echo run >> ` + runs)
	o.Kubeconfig = c.Kubeconfig(edit)
	p := followPod(t, o, "deploy/checkout")
	observePod(t, p)
	for range 3 {
		if got := newPoller(t, p, "6060").mustGet(t, "/whoami"); got != pods[0].Process("app") {
			t.Errorf("reached %s", got)
		}
	}
	if b, err := os.ReadFile(runs); err != nil || string(b) != "run\n" {
		t.Errorf("the plugin ran as often as this has lines, want once: %q, %v", b, err)
	}
}
