// Package plugin runs the credential plugin of a kubeconfig under supervision: it captures
// the plugin's output, knows when it runs, kills one that hangs, and does not run one again
// right after it failed.
package plugin

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/kube/fault"

	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// wrapperShell runs credential plugins, see wrapper.
const wrapperShell = "/bin/sh"

// wrapper is a shell script that runs a credential plugin. client-go starts
// plugins without a context and reports nothing about them. So the wrapper writes the
// PID and the exit code to its standard error, in lines that begin with [reportMark],
// which no plugin writes. It also kills the plugin when leaktop is gone.
const wrapper = `parent=$PPID
printf '\001start 0\n' >&2
"$@" &
plugin=$!
printf '\001run %d\n' "$plugin" >&2
( while kill -0 "$parent"; do kill -0 "$plugin" || exit 0; sleep 1; done
  kill "$plugin"; sleep 1; kill -9 "$plugin" ) >/dev/null 2>&1 &
watchdog=$!
wait "$plugin"
status=$?
kill "$watchdog" 2>/dev/null
printf '\001end %d\n' "$status" >&2
exit "$status"
`

// reportMark begins the wrapper's lines.
const reportMark = 1

// Run is the state of the credential plugin.
type Run struct {
	mu        sync.Mutex
	command   string    // base name, empty if there is no plugin
	pid       int       // 0 if it is not running
	since     time.Time // start of the last run
	hasOutput bool      // the last run has printed something
	failed    bool      // the last run that ended did so with an error
	closed    bool      // kill every run
}

// wrapCommand makes the plugin run under the wrapper. It leaves a command that is not found
// alone, because client-go explains that with the kubeconfig's hint on how to install
// it, and every plugin on Windows, which may have no shell.
func (r *Run) wrapCommand(plugin *clientcmdapi.ExecConfig) {
	r.mu.Lock()
	r.command = filepath.Base(plugin.Command)
	r.mu.Unlock()
	if _, err := exec.LookPath(plugin.Command); err != nil || runtime.GOOS == "windows" || plugin.Command == wrapperShell {
		return
	}
	plugin.Args = append([]string{"-c", wrapper, plugin.Command, plugin.Command}, plugin.Args...)
	plugin.Command = wrapperShell
}

// parseReport removes the wrapper's report from a line and records it.
func (r *Run) parseReport(line []byte) (rest []byte, reported bool) {
	text, report, ok := bytes.Cut(line, []byte{reportMark})
	if !ok {
		return line, false
	}
	what, number, _ := bytes.Cut(report, []byte{' '})
	n, err := strconv.Atoi(string(number))
	if err != nil {
		return text, true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch string(what) {
	case "start":
		r.since, r.hasOutput = time.Now(), false
	case "run":
		r.pid = n
		if r.closed {
			killProcess(n)
		}
	case "end":
		r.pid, r.failed = 0, n != 0
	}
	return text, true
}

// markOutput records that the plugin has printed something.
func (r *Run) markOutput() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hasOutput = true
}

// RunningFor returns how long the plugin has been running, 0 if it is not, and whether it
// has printed something, so that it may be waiting for the user.
func (r *Run) RunningFor() (d time.Duration, said bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pid == 0 {
		return 0, false
	}
	return max(time.Since(r.since), 1), r.hasOutput
}

// LastFailed reports whether the last run ended with an error.
func (r *Run) LastFailed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed && r.pid == 0
}

// Exists reports whether there is a plugin.
func (r *Run) Exists() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.command != ""
}

// DisplayName returns the plugin's command for display.
func (r *Run) DisplayName() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fault.CleanText(r.command)
}

// Kill kills the plugin if it is running.
func (r *Run) Kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pid != 0 {
		killProcess(r.pid)
	}
}

// close kills the plugin, and any that starts later.
func (r *Run) close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.Kill()
}

func killProcess(pid int) {
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill()
	}
}

// HangError returns the error for a plugin that has been running for d.
func (r *Run) HangError(d time.Duration) error {
	return fault.New(errors.Join(errHangs, context.DeadlineExceeded), "run kubectl get pods once to see what it waits for; --timeout allows more",
		"get credentials: the plugin %s has been running for %s without a result", r.DisplayName(), quantity.Duration(d))
}

var errHangs = errors.New("the credential plugin hangs")
