package kube

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/klog/v2"
)

// quietLogs keeps client-go's log off the terminal. It has one logger for the whole
// process.
var quietLogs = sync.OnceFunc(func() { klog.SetLogger(logr.Discard()) })

// swapStderr is held while os.Stderr is replaced, see capturePlugin.
var swapStderr sync.Mutex

// captures numbers the outputs, see capturePlugin.
var captures atomic.Int64

// pluginOutput is where credential plugins write instead of our stderr. It copies
// their output until it is quiet, and keeps the last line as the reason for a
// failure.
type pluginOutput struct {
	quiet  atomic.Bool
	marker string // unique to this capture
	read   *os.File
	write  *os.File
	out    io.Writer
	seen   chan struct{} // receives when the marker of drain has come through

	run *pluginRun

	mu      sync.Mutex
	last    string
	held    int
	closing bool
}

func newPluginOutput(out io.Writer) (*pluginOutput, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, newError(err, "", "open a pipe: %v", err)
	}
	if out == nil {
		swapStderr.Lock()
		out = os.Stderr
		swapStderr.Unlock()
	}
	o := &pluginOutput{read: r, write: w, out: out, marker: strconv.FormatInt(captures.Add(1), 10), seen: make(chan struct{}, 1), run: &pluginRun{}}
	go o.copyLines()
	return o, nil
}

func (o *pluginOutput) copyLines() {
	lines := bufio.NewReaderSize(o.read, 4096)
	for {
		line, _, err := lines.ReadLine() // long lines arrive in pieces
		if err != nil {
			return
		}
		line, drained := bytes.CutSuffix(line, []byte{0})
		line, reported := o.run.parseReport(line)
		if text := cleanText(string(line)); text != "" {
			o.mu.Lock()
			o.last = text
			o.mu.Unlock()
			o.run.markOutput()
		}
		if !o.quiet.Load() && (len(line) > 0 || !drained && !reported) {
			_, _ = o.out.Write(append(line, '\n'))
		}
		if drained {
			select {
			case o.seen <- struct{}{}:
			default:
			}
		}
	}
}

// drainPipe waits until the output of a failed plugin has come through the pipe, by
// sending a marker after it.
func (o *pluginOutput) drainPipe() {
	if _, err := o.write.Write([]byte{0, '\n'}); err != nil {
		return // closed: there is no more output
	}
	select {
	case <-o.seen:
	case <-time.After(time.Second): // our stderr is blocked
	}
}

// capturePlugin redirects the output of cfg's credential plugin, if it has one, and keeps
// it from reading the terminal.
//
// client-go uses the os.Stderr at the time when it first sees a plugin's
// configuration, for the life of the process. So capture replaces os.Stderr for that
// moment, and makes the configuration unique by an environment variable.
func (o *pluginOutput) capturePlugin(cfg *rest.Config) error {
	plugin := cfg.ExecProvider
	if plugin == nil {
		return nil
	}
	plugin.StdinUnavailable = true
	plugin.StdinUnavailableMessage = "leaktop keeps the keyboard; log in first, for example with kubectl get pods"
	plugin.Env = append(plugin.Env, clientcmdapi.ExecEnvVar{
		Name: "LEAKTOP_CAPTURE", Value: o.marker,
	})
	o.run.wrapCommand(plugin)
	swapStderr.Lock()
	defer swapStderr.Unlock()
	before := os.Stderr
	os.Stderr = o.write
	defer func() { os.Stderr = before }()
	if _, err := cfg.TransportConfig(); err != nil {
		return explainError("set up the credential plugin", err)
	}
	return nil
}

// addLastWords adds the plugin's last line of output to an error caused by its failure.
func (o *pluginOutput) addLastWords(err error) error {
	if err == nil || !isPlugin(err) && !(o.run.lastFailed() && apierrors.IsUnauthorized(err)) {
		return err
	}
	o.drainPipe()
	o.mu.Lock()
	defer o.mu.Unlock()
	e := &Error{Text: cleanText(err.Error())}
	if known, ok := errors.AsType[*Error](err); ok {
		e = known
	}
	text := strings.ReplaceAll(e.Text, wrapperShell, o.run.displayName())
	if o.last == "" {
		return newError(err, e.Next, "%s", text)
	}
	return newError(err, e.Next, "%s (its output: %s)", text, o.last)
}

// holdOpen keeps the pipe open while a plugin may be started. The caller must call
// release.
func (o *pluginOutput) holdOpen() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.held++
}

func (o *pluginOutput) releaseHold() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.held--
	if o.closing && o.held == 0 {
		_ = o.closeFiles()
	}
}

// closeWhenIdle ends the capture as soon as no pending call can start a plugin.
func (o *pluginOutput) closeWhenIdle() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closing = true
	o.run.close()
	if o.held > 0 {
		return nil
	}
	return o.closeFiles()
}

func (o *pluginOutput) closeFiles() error {
	return errors.Join(o.write.Close(), o.read.Close())
}
