package plugin

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

	"github.com/leaktop/leaktop/source/kube/fault"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/klog/v2"
)

// QuietLogs keeps client-go's log off the terminal. It has one logger for the whole
// process.
var QuietLogs = sync.OnceFunc(func() { klog.SetLogger(logr.Discard()) })

// swapStderr is held while os.Stderr is replaced, see Capture.
var swapStderr sync.Mutex

// captures numbers the outputs, see Capture.
var captures atomic.Int64

// Output is where credential plugins write instead of our stderr. It copies
// their output until it is quiet, and keeps the last line as the reason for a
// failure.
type Output struct {
	// Quiet keeps what plugins print off the terminal.
	Quiet atomic.Bool
	// Pipe is where plugins write.
	Pipe *os.File
	// Run is the plugin's state.
	Run *Run

	marker string // unique to this capture
	read   *os.File
	out    io.Writer
	seen   chan struct{} // receives when the marker of Drain has come through

	mu      sync.Mutex
	last    string
	held    int
	closing bool
}

// NewOutput makes an output that copies to out, or to our stderr if that is nil. The error
// is a [fault.Error].
func NewOutput(out io.Writer) (*Output, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fault.New(err, "", "open a pipe: %v", err)
	}
	if out == nil {
		swapStderr.Lock()
		out = os.Stderr
		swapStderr.Unlock()
	}
	o := &Output{read: r, Pipe: w, out: out, marker: strconv.FormatInt(captures.Add(1), 10), seen: make(chan struct{}, 1), Run: &Run{}}
	go o.copyLines()
	return o, nil
}

func (o *Output) copyLines() {
	lines := bufio.NewReaderSize(o.read, 4096)
	for {
		line, _, err := lines.ReadLine() // long lines arrive in pieces
		if err != nil {
			return
		}
		line, drained := bytes.CutSuffix(line, []byte{0})
		line, reported := o.Run.parseReport(line)
		if text := fault.CleanText(string(line)); text != "" {
			o.mu.Lock()
			o.last = text
			o.mu.Unlock()
			o.Run.markOutput()
		}
		if !o.Quiet.Load() && (len(line) > 0 || !drained && !reported) {
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

// Drain waits until the output of a failed plugin has come through the pipe, by
// sending a marker after it.
func (o *Output) Drain() {
	if _, err := o.Pipe.Write([]byte{0, '\n'}); err != nil {
		return // closed: there is no more output
	}
	select {
	case <-o.seen:
	case <-time.After(time.Second): // our stderr is blocked
	}
}

// Capture redirects the output of cfg's credential plugin, if it has one, and keeps
// it from reading the terminal.
//
// client-go uses the os.Stderr at the time when it first sees a plugin's
// configuration, for the life of the process. So Capture replaces os.Stderr for that
// moment, and makes the configuration unique by an environment variable.
func (o *Output) Capture(cfg *rest.Config) error {
	plugin := cfg.ExecProvider
	if plugin == nil {
		return nil
	}
	plugin.StdinUnavailable = true
	plugin.StdinUnavailableMessage = "leaktop keeps the keyboard; log in first, for example with kubectl get pods"
	plugin.Env = append(plugin.Env, clientcmdapi.ExecEnvVar{
		Name: "LEAKTOP_CAPTURE", Value: o.marker,
	})
	o.Run.wrapCommand(plugin)
	swapStderr.Lock()
	defer swapStderr.Unlock()
	before := os.Stderr
	os.Stderr = o.Pipe
	defer func() { os.Stderr = before }()
	if _, err := cfg.TransportConfig(); err != nil {
		return fault.Explain("set up the credential plugin", err)
	}
	return nil
}

// AddLastWords adds the plugin's last line of output to an error caused by its failure.
func (o *Output) AddLastWords(err error) error {
	if err == nil || !fault.IsPlugin(err) && !(o.Run.LastFailed() && apierrors.IsUnauthorized(err)) {
		return err
	}
	o.Drain()
	o.mu.Lock()
	defer o.mu.Unlock()
	e := &fault.Error{Why: fault.CleanText(err.Error())}
	if known, ok := errors.AsType[*fault.Error](err); ok {
		e = known
	}
	why := strings.ReplaceAll(e.Why, wrapperShell, o.Run.DisplayName())
	if o.last != "" {
		why += " (its output: " + o.last + ")"
	}
	return fault.NewOf(e.Subject, err, e.Next, "%s", why)
}

// Hold keeps the pipe open while a plugin may be started. The caller must call
// Release.
func (o *Output) Hold() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.held++
}

// Release ends what Hold began.
func (o *Output) Release() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.held--
	if o.closing && o.held == 0 {
		_ = o.closeFiles()
	}
}

// CloseWhenIdle ends the capture as soon as no pending call can start a plugin.
func (o *Output) CloseWhenIdle() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closing = true
	o.Run.close()
	if o.held > 0 {
		return nil
	}
	return o.closeFiles()
}

func (o *Output) closeFiles() error {
	return errors.Join(o.Pipe.Close(), o.read.Close())
}
