package kube

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/kube/plugin"

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	_ "k8s.io/client-go/plugin/pkg/client/auth/oidc" // kubectl's other credential provider
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// defaultTimeout bounds a request during the connect if [Options.Timeout] is zero.
const defaultTimeout = 10 * time.Second

// Options select a cluster and a place in it, like kubectl's flags of the same
// names. Empty fields mean the same as for kubectl.
type Options struct {
	Context    string // --context
	Namespace  string // --namespace
	Kubeconfig string // --kubeconfig; default KUBECONFIG, ~/.kube/config, in-cluster
	Selector   string // --selector: labels of the pods that a Ref without a name means
	Container  string // --container: the one to watch, if a pod has several
	// Kubectl is a shell command to use instead of talking to the API server:
	// "kubectl", "tsh kubectl".
	Kubectl string
	// Stderr receives what credential plugins and the Kubectl command print, until
	// [Cluster.Quiet]. Nil means os.Stderr.
	Stderr io.Writer
	// Timeout bounds the first response of the API server, and the run of a credential
	// plugin that prints nothing. Zero means 10 s.
	Timeout time.Duration
	// Progress receives messages for the user about a slow connect. It may be nil.
	Progress func(text string)
	// StopKey is the key that ends a wait, for these messages. Empty means ctrl+c.
	StopKey string
}

// Cluster is a connection to a cluster.
type Cluster struct {
	api       clusterAPI
	timeouts  *timeouts
	output    *plugin.Output
	context   string // empty for the one that the kubeconfig names
	namespace string
	selector  string
	container string
	stopKey   string // for messages
	// wholeNamespace allows a Ref without a name and a selector, which means all pods
	// of the namespace.
	wholeNamespace bool
}

// clusterAPI is access to the cluster: by REST ([restAPI]) or through a command
// ([kubectlAPI]). An empty namespace means the command's own default. Errors from the
// API server are apierrors.APIStatus.
type clusterAPI interface {
	// getObject reads one object into a type of k8s.io/api, or one that has the needed
	// fields.
	getObject(ctx context.Context, r resource, namespace, name string, into any) error
	// listObjects reads the objects that the label selector selects into a list type.
	listObjects(ctx context.Context, r resource, namespace, selector string, into any) error
	// watchPod calls seen with the current pod and whenever it changes, until the
	// stream ends, which is not an error.
	watchPod(ctx context.Context, namespace, name string, seen func(pod *corev1.Pod, deleted bool)) error
	// watchPods is like watchPod for all pods that the label selector selects. If it can, it
	// calls seen only with what has changed since the list of a resource version.
	watchPods(ctx context.Context, namespace, selector, since string, seen func(pod *corev1.Pod, deleted bool)) error
	// dialPod opens a connection to a port of the pod.
	dialPod(ctx context.Context, namespace, name string, port int) (net.Conn, error)
	// localAddress returns the address that is open on this machine, or "".
	localAddress() string
	closeAPI() error
}

// ErrNoContext is the cause of a failure to find the context that the user wants.
var ErrNoContext = errors.New("no such context")

// Connect reads the configuration and requests the API server's version, which
// verifies the credentials. The error is a [fault.Error].
func Connect(ctx context.Context, o Options) (*Cluster, error) {
	plugin.QuietLogs()
	if _, err := labels.Parse(o.Selector); err != nil {
		return nil, fault.New(err, "write it as app=checkout,tier!=cache", "read selector %q: %v", o.Selector, err)
	}
	output, err := plugin.NewOutput(o.Stderr)
	if err != nil {
		return nil, err
	}
	c := &Cluster{timeouts: defaultTimeouts(), output: output, context: o.Context, namespace: o.Namespace, selector: o.Selector, container: o.Container, stopKey: cmp.Or(o.StopKey, "ctrl+c"), wholeNamespace: o.Namespace != ""}
	if o.Kubectl != "" {
		c.api = newKubectlAPI(o, output)
		return c, nil // the first request shows whether it works
	}
	if err := c.connectREST(ctx, o); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *Cluster) connectREST(ctx context.Context, o Options) error {
	config := loadKubeconfig(o)
	namespace, _, err := config.Namespace()
	if err != nil {
		return explainConfig(o, config, err)
	}
	c.namespace = namespace
	server, err := newRESTAPI(c.timeouts, c.output, func() (*rest.Config, error) {
		cfg, err := loadKubeconfig(o).ClientConfig()
		if err != nil {
			return nil, explainConfig(o, config, err)
		}
		return cfg, c.output.Capture(cfg)
	})
	if err != nil {
		return err
	}
	c.api = server
	ctx, stop := c.superviseConnect(ctx, o, server)
	defer stop()
	err = server.checkVersion(ctx)
	if cause, ok := errors.AsType[*fault.Error](context.Cause(ctx)); ok {
		return cause
	}
	return c.output.AddLastWords(err)
}

// Namespace returns where names are looked up; "" if the Kubectl command decides.
func (c *Cluster) Namespace() string { return c.namespace }

// ThroughCommand reports whether the cluster is accessed through [Options.Kubectl].
func (c *Cluster) ThroughCommand() bool {
	_, is := c.api.(*kubectlAPI)
	return is
}

// Quiet keeps the output of credential plugins off the terminal from now on. Call
// it before a full-screen view starts. Plugins never get our standard input. One
// that opens /dev/tty itself cannot be stopped.
func (c *Cluster) Quiet() { c.output.Quiet.Store(true) }

// Close closes the connections to the cluster. Pods must be closed before.
func (c *Cluster) Close() error {
	var err error
	if c.api != nil {
		err = c.api.closeAPI()
	}
	return errors.Join(err, c.output.CloseWhenIdle())
}

// loadKubeconfig returns the configuration by kubectl's rules: files, context,
// namespace, and in-cluster configuration if there is no file.
func loadKubeconfig(o Options) clientcmd.ClientConfig {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = o.Kubeconfig
	return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{
		CurrentContext: o.Context,
		Context:        clientcmdapi.Context{Namespace: o.Namespace},
	})
}

func explainConfig(o Options, config clientcmd.ClientConfig, err error) error {
	raw, rawErr := config.RawConfig()
	_, known := raw.Contexts[o.Context]
	names := strings.Join(contextNames(raw), ", ")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault.New(err, "name an existing file with --kubeconfig or KUBECONFIG", "read kubeconfig: %v", err)
	case rawErr != nil:
		return fault.New(err, "see kubectl config view", "read kubeconfig: %v", err)
	case o.Context != "" && !known && len(raw.Contexts) > 0:
		return fault.New(errors.Join(ErrNoContext, err), "it has "+names, "choose context: there is no context %q in the kubeconfig", o.Context)
	case raw.CurrentContext == "" && o.Context == "" && len(raw.Contexts) > 0:
		return fault.New(err, "choose one with --context: "+names, "choose context: the kubeconfig has no current context")
	case len(raw.Contexts) == 0:
		return fault.New(err, "name one with --kubeconfig or KUBECONFIG, or run where kubectl works", "choose cluster: found no kubeconfig")
	}
	return fault.New(err, "see kubectl config view", "read kubeconfig: %v", err)
}

func contextNames(raw clientcmdapi.Config) []string {
	names := make([]string, 0, len(raw.Contexts))
	for name := range raw.Contexts {
		names = append(names, fault.CleanText(name))
	}
	slices.Sort(names)
	return names
}
