//go:build unix

package e2e

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

const (
	firstPod  = "checkout-7d9f6c5b8-00001"
	killedPod = "checkout-7d9f6c5b8-00002"
)

// viewPods opens the view of the deployment on the proposed pod.
func viewPods(t *testing.T, c *kubetest.Cluster, w, h int, args ...string) *terminal {
	t.Helper()
	args = append([]string{"--kubeconfig", c.Kubeconfig(), "--timeout", "2s", "deploy/checkout"}, args...)
	began := time.Now()
	tm := start(t, w, h, "leaktop", args...)
	tm.shows("Which of these 2 pods?", "The cursor is on the one that restarted most.", killedPod[len(killedPod)-5:], "OOMKilled, exit 137")
	t.Logf("the pods are listed %v after the start", time.Since(began))
	began = time.Now()
	tm.press(keyEnter)
	tm.shows("shop/"+killedPod, "live heap", " of 512 MiB")
	tm.waitFor("the live heap", regexp.MustCompile(`live heap +\d`).MatchString)
	t.Logf("the first profile was on screen %v after the choice", time.Since(began))
	return tm
}

// awaitPolls waits until polls succeed again.
func (tm *terminal) awaitPolls(what string) {
	tm.t.Helper()
	began := time.Now()
	tm.waitFor("answers after "+what, func(s string) bool {
		head, _, _ := strings.Cut(s, "\n")
		return strings.Contains(head, "live ")
	})
	tm.t.Logf("back %v after %s", time.Since(began), what)
}

// A pod is picked, watched, killed and replaced, and the view switches to another one;
// each event is reported.
func TestPodLives(t *testing.T) {
	t.Parallel()
	c := newShopCluster(t)
	tm := viewPods(t, c, 100, 30)
	tm.press(tabOf(tm, "Event"))
	tm.shows("pprof is served at port 6060")

	c.Pod(killedPod).Restart("app", "OOMKilled", 137, time.Second)
	began := time.Now()
	tm.shows("restarted ", "OOMKilled, exit 137, limit 512 MiB")
	t.Logf("the restart was reported after %v", time.Since(began))
	tm.press("2")
	tm.waitFor("rows of the new process", func(s string) bool {
		return regexp.MustCompile(`00:00:\d\d *\n`).MatchString(s) && strings.Contains(s, "iB ")
	})
	t.Logf("profiles of the new process stand %v after the restart", time.Since(began))

	tm.press("a")
	tm.shows("• watched", "a all side by side")
	tm.press(keyDown)
	tm.waitFor("the cursor on the other pod", regexp.MustCompile(`› \S*`+firstPod[len(firstPod)-5:]).MatchString)
	tm.press(keyEnter)
	tm.shows("Watching "+firstPod+" now.", "shop/"+firstPod+" app:6060")
	tm.awaitPolls("the switch")
	tm.press(tabOf(tm, "Event"))
	tm.shows("switched to pod " + firstPod)

	next := c.Pod(firstPod).Delete(0).Name()
	tm.shows("pod "+firstPod+" replaced by "+next, "shop/"+next)
	tm.awaitPolls("the replacement")
	tm.press("q")
	if err := tm.waitForExit(); err != nil {
		t.Error(err)
	}
	tm.checkRestored()
}

// In the view of one pod, a lists the others, and a second a shows all of them side by
// side from then on.
func TestPodToFleet(t *testing.T) {
	t.Parallel()
	tm := viewPods(t, newShopCluster(t), 120, 40)
	tm.press("a")
	tm.shows("• watched", "a all side by side")
	tm.press("a")
	tm.shows("deploy/checkout in shop", "2 pods", "1 Fleet", firstPod[len(firstPod)-5:], killedPod[len(killedPod)-5:])
	tm.press(keyEnter)
	tm.shows("live heap")
	tm.press("q")
	if err := tm.waitForExit(); err != nil {
		t.Error(err)
	}
	tm.checkRestored()
}

// The list of pods restores the terminal however it ends.
func TestPickerIsLeft(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*terminal){
		"q":       func(tm *terminal) { tm.press("q") },
		"ctrl+c":  func(tm *terminal) { tm.press(keyCtrlC) },
		"SIGHUP":  func(tm *terminal) { _ = tm.cmd.Process.Signal(syscall.SIGHUP) },
		"SIGQUIT": func(tm *terminal) { _ = tm.cmd.Process.Signal(syscall.SIGQUIT) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tm := start(t, 80, 24, "leaktop", "--kubeconfig", newShopCluster(t).Kubeconfig(), "deploy/checkout")
			tm.shows("Which of these 2 pods?")
			end(tm)
			if err := tm.waitForExit(); err == nil {
				t.Error("it ended as if a pod had been chosen")
			}
			tm.checkRestored()
			tm.checkOutput("choose a pod: none was chosen; name one, for example pod/NAME")
		})
	}
}

// Faults of the network and the cluster appear on the screen, and disappear by
// themselves.
func TestPodFaults(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]struct {
		begin, end func(c *kubetest.Cluster)
		says       string
	}{
		"black hole": {func(c *kubetest.Cluster) { c.BlackHole(true) }, func(c *kubetest.Cluster) { c.BlackHole(false) }, "no response within 2"},
		"API server": {(*kubetest.Cluster).Stop, (*kubetest.Cluster).Start, "API server refused the connection"},
		"token": {
			func(c *kubetest.Cluster) { c.Accept("another"); c.CutConnections() },
			func(c *kubetest.Cluster) { c.Accept(kubetest.Token) }, "log in again",
		},
		"crash loop": {
			func(c *kubetest.Cluster) {
				c.Pod(killedPod).EndProcess("app", "OOMKilled", 137)
				c.Pod(killedPod).ShowCrashLoop("app")
			},
			func(c *kubetest.Cluster) { c.Pod(killedPod).StartProcess("app", 0) }, "CrashLoopBackOff",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newShopCluster(t)
			tm := viewPods(t, c, 120, 40)
			began := time.Now()
			fault.begin(c)
			tm.shows("no answer")
			t.Logf("the fault is on the screen after %v", time.Since(began))
			tm.waitFor(fault.says, func(s string) bool {
				return strings.Contains(strings.Join(strings.Fields(s), " "), fault.says)
			})
			fault.end(c)
			tm.awaitPolls("the end of the fault")
			tm.press("q")
			if err := tm.waitForExit(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A credential plugin may write before the view starts, but neither overwrites the
// view nor takes the keyboard.
func TestPodPluginKeepsOffTheScreen(t *testing.T) {
	t.Parallel()
	c := newShopCluster(t)
	token, edit := c.Plugin(`echo please touch your key >&2; read answer; [ -z "$answer" ] || echo "took $answer" >&2`)
	args := []string{"--kubeconfig", c.Kubeconfig(edit), "--timeout", "2s", "pod/" + killedPod}
	tm := start(t, 100, 30, "leaktop", args...)
	tm.shows("shop/"+killedPod, "live ")
	if err := os.WriteFile(token, []byte("fresh"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.Accept("fresh")
	c.CutConnections()
	tm.awaitPolls("new credentials")
	tm.press("?")
	s := tm.shows("any other key closes") // by our key
	if strings.Contains(s, "touch your key") || strings.Contains(s, "took ") {
		t.Errorf("the plugin is on the screen:\n%s", s)
	}
	tm.press("x")
	tm.waitForAbsence("any other key closes")
	tm.press("q")
	if err := tm.waitForExit(); err != nil {
		t.Error(err)
	}
	tm.checkOutput("please touch your key") // before the view
	tm.checkRestored()
}

// If the cluster is accessed through a command, a local port is open. The screen says
// so, and the port is closed however the view ends.
func TestPodThroughKubectl(t *testing.T) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("there is no kubectl here")
	}
	t.Parallel()
	tm := viewPods(t, newShopCluster(t), 120, 40, "--kubectl", "kubectl", "--timeout", "20s")
	address := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(tm.shows("port open 127.0.0.1:"))
	if !isListening(address) {
		t.Fatalf("%s is not open", address)
	}
	if err := tm.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually.Holds(t, "the port is closed", func() bool { return !isListening(address) })
}

// If the start hangs, as at a login that never returns or an API server that does not
// answer, leaktop says what it waits for, and q quits.
func TestPodStartIsLeft(t *testing.T) {
	t.Parallel()
	for name, hang := range map[string]func(c *kubetest.Cluster) string{
		"the credential plugin": func(c *kubetest.Cluster) string {
			_, edit := c.Plugin("exec sleep 600")
			return c.Kubeconfig(edit)
		},
		"the API server": func(c *kubetest.Cluster) string {
			c.BlackHole(true)
			return c.Kubeconfig()
		},
	} {
		for what, target := range map[string][]string{"a pod": {"pod/" + killedPod}, "a fleet": {"deploy/checkout", "--all"}} {
			t.Run(name+" of "+what, func(t *testing.T) {
				t.Parallel()
				args := append([]string{"--kubeconfig", hang(newShopCluster(t)), "--timeout", "5m"}, target...)
				tm := start(t, 160, 30, "leaktop", args...)
				tm.shows("waiting for "+name, "press q to stop")
				tm.press("x", "q")
				if err := tm.waitForExit(); err != nil {
					t.Error(err)
				}
				tm.checkRestored()
			})
		}
	}
}

// If the API server does not answer, leaktop ends after --timeout with an explanation.
func TestPodStartTimesOut(t *testing.T) {
	t.Parallel()
	for name, command := range map[string][]string{
		"the view":  {"pod/" + killedPod},
		"a fleet":   {"deploy/checkout", "--all"},
		"a check":   {"check", "deploy/checkout"},
		"recording": {"record", "pod/" + killedPod, "-o", "timed-out.tar"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newShopCluster(t)
			c.BlackHole(true)
			args := append(command, "--kubeconfig", c.Kubeconfig(), "--timeout", "1s")
			tm := start(t, 200, 30, "leaktop", args...)
			if err := tm.waitForExit(); err == nil {
				t.Error("it ended as if all were well")
			}
			tm.checkRestored()
			tm.checkOutput("no response from the API server within 1s")
			tm.checkOutput("check the VPN or the proxy, or allow more with --timeout")
			if _, err := os.Stat("timed-out.tar"); err == nil {
				t.Error("it left an empty recording")
			}
		})
	}
}
