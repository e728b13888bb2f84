package kube

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"regexp"
	"sync"

	"github.com/leaktop/leaktop/source/kube/plugin"

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// kubectlAPI accesses the cluster through a command, for clusters that require a
// wrapper.
type kubectlAPI struct {
	command string
	flags   []string // flags that select the cluster
	stderr  io.Writer

	mu       sync.Mutex
	forwards map[forwardKey]*commandForward
	last     *commandForward // dialed last
}

func newKubectlAPI(o Options, output *plugin.Output) *kubectlAPI {
	k := &kubectlAPI{command: o.Kubectl, stderr: output.Pipe, forwards: map[forwardKey]*commandForward{}}
	if o.Kubeconfig != "" {
		k.flags = append(k.flags, "--kubeconfig", o.Kubeconfig)
	}
	if o.Context != "" {
		k.flags = append(k.flags, "--context", o.Context)
	}
	return k
}

// commandArgs returns a command line: what to do, the cluster, the namespace.
func (k *kubectlAPI) commandArgs(namespace string, do ...string) []string {
	args := append(do, k.flags...)
	if namespace != "" {
		args = append(args, "--namespace", namespace)
	}
	return args
}

func (k *kubectlAPI) readJSON(ctx context.Context, into any, args []string) error {
	return k.streamJSON(ctx, args, func(out *json.Decoder) error { return out.Decode(into) })
}

// streamJSON runs the command and lets read consume its output until it returns or the
// command ends.
func (k *kubectlAPI) streamJSON(ctx context.Context, args []string, read func(*json.Decoder) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c, err := startChild(ctx, k.command, args, k.stderr)
	if err != nil {
		return err
	}
	readErr := read(json.NewDecoder(c.stdout))
	if readErr == nil {
		cancel() // the rest of the output is not needed
	}
	if err := c.waitOnce(); err != nil && readErr != nil {
		return k.commandError(args, c, err)
	}
	return readErr
}

func (k *kubectlAPI) getObject(ctx context.Context, r resource, namespace, name string, into any) error {
	return k.readJSON(ctx, into, k.commandArgs(namespace, "get", r.kubectlArg(), name, "--output", "json"))
}

func (k *kubectlAPI) listObjects(ctx context.Context, r resource, namespace, selector string, into any) error {
	args := k.commandArgs(namespace, "get", r.kubectlArg(), "--output", "json")
	if selector != "" {
		args = append(args, "--selector", selector)
	}
	return k.readJSON(ctx, into, args)
}

func (k *kubectlAPI) watchPod(ctx context.Context, namespace, name string, seen func(*corev1.Pod, bool)) error {
	return k.watchArgs(ctx, k.commandArgs(namespace, "get", "pods", name, "--output", "json", "--watch", "--output-watch-events"), seen)
}

// watchPods ignores since: kubectl lists the pods itself before it watches them.
func (k *kubectlAPI) watchPods(ctx context.Context, namespace, selector, _ string, seen func(*corev1.Pod, bool)) error {
	args := k.commandArgs(namespace, "get", "pods", "--output", "json", "--watch", "--output-watch-events")
	if selector != "" {
		args = append(args, "--selector", selector)
	}
	return k.watchArgs(ctx, args, seen)
}

// watchArgs reads the pods that a command prints until it ends.
func (k *kubectlAPI) watchArgs(ctx context.Context, args []string, seen func(*corev1.Pod, bool)) error {
	err := k.streamJSON(ctx, args, func(out *json.Decoder) error {
		for {
			var event struct {
				Type   watch.EventType `json:"type"`
				Object corev1.Pod      `json:"object"`
			}
			if err := out.Decode(&event); err != nil {
				return err
			}
			if event.Type != watch.Bookmark && event.Type != watch.Error {
				seen(&event.Object, event.Type == watch.Deleted)
			}
		}
	})
	if errors.Is(err, io.EOF) || ctx.Err() != nil {
		return nil
	}
	return err
}

func (k *kubectlAPI) localAddress() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last == nil {
		return ""
	}
	return k.last.localAddress()
}

func (k *kubectlAPI) closeAPI() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, f := range k.forwards {
		f.stopChild()
	}
	clear(k.forwards)
	k.last = nil
	return nil
}

// serverRefusal matches kubectl's output for a refusal of the API server.
var serverRefusal = regexp.MustCompile(`Error from server \((\w+)\): (.*)`)

// statusCodes are the HTTP status codes of the refusals that are distinguished.
var statusCodes = map[metav1.StatusReason]int32{
	metav1.StatusReasonNotFound:         404,
	metav1.StatusReasonForbidden:        403,
	metav1.StatusReasonUnauthorized:     401,
	metav1.StatusReasonMethodNotAllowed: 405,
}

// commandError turns the command's output into an error: that of the API server if it is
// one.
func (k *kubectlAPI) commandError(args []string, c *child, err error) error {
	said := c.lastWords()
	if m := serverRefusal.FindStringSubmatch(said); m != nil {
		reason := metav1.StatusReason(m[1])
		return &apierrors.StatusError{ErrStatus: metav1.Status{
			Status: metav1.StatusFailure, Reason: reason, Code: statusCodes[reason], Message: m[2],
		}}
	}
	if c.notFound() {
		return fault.New(err, "give the command that runs kubectl here, as in --kubectl 'tsh kubectl'", "run %s: command not found", k.command)
	}
	if said == "" {
		said = err.Error()
	}
	return fault.New(err, "", "run %s %s: %s", k.command, args[0], said)
}

func (k *kubectlAPI) dialPod(ctx context.Context, namespace, name string, port int) (net.Conn, error) {
	f := k.forwardTo(forwardKey{namespace, name, port})
	return f.dialForward(ctx)
}
