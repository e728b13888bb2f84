//go:build unix

package kube

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	until "github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/childproc"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// forEachCommand runs f with the stand-in, and with the real kubectl if there is one.
func forEachCommand(t *testing.T, f func(t *testing.T, command string)) {
	t.Run("stand-in", func(t *testing.T) { f(t, standInCommand(t)) })
	t.Run("kubectl", func(t *testing.T) {
		path, err := exec.LookPath("kubectl")
		if err != nil {
			t.Skip("there is no kubectl here")
		}
		f(t, "'"+path+"'")
	})
}

func standInCommand(t *testing.T) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return standInEnv + "=kubectl '" + exe + "'"
}

func TestKubectlEndToEnd(t *testing.T) {
	t.Parallel()
	forEachCommand(t, func(t *testing.T, command string) {
		_, pods, o := startCluster(t, 2)
		o.Kubectl = command
		p := followPod(t, o, "deploy/checkout:6060")
		l := observePod(t, p)
		poll := newPoller(t, p, "6060")
		if got := poll.mustGet(t, "/whoami"); got != pods[0].Process("app") {
			t.Errorf("reached %s", got)
		}
		if host, _, err := net.SplitHostPort(p.Local()); err != nil || host != "127.0.0.1" {
			t.Errorf("Local is %q", p.Local())
		}
		if heap := poll.mustGet(t, "/debug/pprof/heap"); !strings.HasPrefix(heap, "\x1f\x8b") {
			t.Errorf("heap is no gzip: %.20q", heap)
		}
		pods[0].Restart("app", "OOMKilled", 137, 100*time.Millisecond)
		if _, who := awaitRecovery(t, poll); who != pods[0].Process("app") {
			t.Errorf("after the restart reached %s", who)
		}
		wantRestart(t, l, "OOMKilled, exit 137")
		next := pods[0].Delete(0)
		if _, who := awaitRecovery(t, poll); who != next.Process("app") {
			t.Errorf("after the replacement reached %s", who)
		}
	})
}

func TestKubectlSaysWhatTheServerSaid(t *testing.T) {
	t.Parallel()
	forEachCommand(t, func(t *testing.T, command string) {
		c, pods, o := startCluster(t, 1)
		o.Kubectl, o.Namespace = command, "shop"
		_, err := findPods(t, o, "deploy/nope")
		wantSentence(t, "not found", err, "find deploy/nope: there is no deployment nope in namespace shop; see kubectl get deployments -n shop, or choose another namespace with -n")
		p := followPod(t, o, "pod/"+pods[0].Name())
		_, err = newPoller(t, p, "6061").getObject(t.Context(), "/whoami")
		if err == nil || !strings.Contains(err.Error(), "connection refused; nothing listens there") {
			t.Errorf("refused port: %v", err)
		}
		c.Forbid("get", "pods")
		c.Forbid("list", "pods")
		_, err = findPods(t, o, "pod/"+pods[0].Name())
		if err == nil || !strings.Contains(err.Error(), "is forbidden: ") || !strings.Contains(err.Error(), "ask an administrator for a Role") {
			t.Errorf("forbidden: %v", err)
		}
	})
}

func TestKubectlCommandFails(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	for command, want := range map[string]string{
		"leaktop-no-such-command":                      "run leaktop-no-such-command: command not found; give the command that runs kubectl here, as in --kubectl 'tsh kubectl'",
		"echo 'ERROR: please log in first' >&2; false": "ERROR: please log in first",
		"echo not json;:":                              "invalid character",
	} {
		_, err := findPods(t, Options{Kubeconfig: c.Kubeconfig(), Kubectl: command, Stderr: io.Discard}, "pod/x")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", command, err, want)
		}
	}
}

// forwardOf returns the running port-forward of a pod.
func forwardOf(t *testing.T, p *Pod) (*commandForward, *child) {
	t.Helper()
	k, ok := p.cluster.api.(*kubectlAPI)
	if !ok {
		t.Fatal("not by kubectl")
	}
	k.mu.Lock()
	f := k.last
	k.mu.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	return f, f.child
}

func TestForwardIsStartedAgain(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]syscall.Signal{"dies": syscall.SIGKILL, "hangs": syscall.SIGSTOP} {
		t.Run(name, func(t *testing.T) {
			_, _, o := startCluster(t, 1)
			o.Kubectl = standInCommand(t)
			p := followPod(t, o, "deploy/checkout")
			poll := newPoller(t, p, "6060")
			poll.mustGet(t, "/whoami")
			_, before := forwardOf(t, p)
			if err := syscall.Kill(-before.cmd.Process.Pid, signal); err != nil {
				t.Fatal(err)
			}
			poll.Timeout = 500 * time.Millisecond
			// A busy kernel stops the threads of a process one after another.
			waitFor(t, "the old one no longer answers", func() bool {
				_, err := poll.getObject(t.Context(), "/whoami")
				_, now := forwardOf(t, p)
				return err != nil || now != before
			})
			poll.Timeout = until.Patience
			awaitRecovery(t, poll)
			waitFor(t, "the old one ends", before.hasEnded)
			if _, after := forwardOf(t, p); after == before {
				t.Error("it is the same child")
			}
		})
	}
}

// The port-forward ends however leaktop ends, even by kill -9, with all children of a
// wrapper script.
func TestForwardEndsWithUs(t *testing.T) {
	t.Parallel()
	c, pods, _ := startCluster(t, 1)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, c.Kubeconfig(), pods[0].Name())
	wrapper := "sh -c '" + standInEnv + "=kubectl " + exe + ` "$@"; true' wrapper`
	cmd.Env = append(os.Environ(), standInEnv+"=hold", "LEAKTOP_TEST_COMMAND="+wrapper)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address = strings.TrimSpace(address)
	open := func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}
	if !open() {
		t.Fatalf("%s is not open", address)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	waitFor(t, "the port is closed", func() bool { return !open() })
}

func TestChildHasNoTerminal(t *testing.T) {
	t.Parallel()
	c, err := startChild(t.Context(), `sh -c 'if (exec 9</dev/tty) 2>/dev/null || [ -t 0 ]; then echo terminal; else echo none; fi'`, nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(c.stdout)
	_ = c.waitOnce()
	if string(b) != "none\n" {
		t.Errorf("got %q", b)
	}
}

func TestChildLeavesNoOne(t *testing.T) {
	t.Parallel()
	c, err := startChild(t.Context(), "trap '' TERM; sleep 100 & sleep 100 & wait;:", nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	group := c.cmd.Process.Pid
	c.cancelChild()
	_ = c.waitOnce()
	waitFor(t, "the group is empty", func() bool { return syscall.Kill(-group, 0) != nil })
}

func TestTail(t *testing.T) {
	t.Parallel()
	var tl outputTail
	for _, s := range []string{
		strings.Repeat("x", 10000) + "\n",
		"E1124 09:35:55.670824    7128 portforward.go:413] an error occurred forwarding 1 -> 2: connection refused\n", "error: lost connection to pod\n", "\n\x1b[0m",
	} {
		_, _ = tl.Write([]byte(s))
	}
	if got := tl.bestLine(); got != "an error occurred forwarding 1 -> 2: connection refused" {
		t.Errorf("got %q", got)
	}
	if len(tl.String()) > childproc.MaxTail {
		t.Errorf("kept %d bytes", len(tl.String()))
	}
}
