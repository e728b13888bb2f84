package kube

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	_ "k8s.io/client-go/plugin/pkg/client/auth/oidc" // what kubectl has besides exec plugins
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// connectTimeout bounds the first call, a credential plugin included.
const connectTimeout = 30 * time.Second

// Options say which cluster is meant and where in it, as kubectl's flags of the
// same names do. Empty fields mean what they mean to kubectl.
type Options struct {
	Context    string // --context
	Namespace  string // --namespace
	Kubeconfig string // --kubeconfig; else KUBECONFIG, ~/.kube/config, in-cluster
	Selector   string // --selector: labels of the pods that a Ref without a name means
	Container  string // --container: the one that is watched, where a pod has several
	// Kubectl is a command that is used instead of talking to the API server:
	// "kubectl", "tsh kubectl". It is split as the shell does.
	Kubectl string
	// Stderr gets what credential plugins and the Kubectl command print, until
	// [Cluster.Quiet]. Nil means the process's own.
	Stderr io.Writer
}

// Cluster is a cluster that answered.
type Cluster struct {
	api       api
	pace      *pace
	output    *pluginOutput
	namespace string
	selector  string
	container string
}

// Connect reads the configuration and asks the API server for its version, so
// that credentials are known to work. Its errors are an [Error].
func Connect(ctx context.Context, o Options) (*Cluster, error) {
	quietLogs()
	if _, err := labels.Parse(o.Selector); err != nil {
		return nil, fail(err, "write it as app=checkout,tier!=cache", "read selector %q: %v", o.Selector, err)
	}
	output, err := newPluginOutput(o.Stderr)
	if err != nil {
		return nil, err
	}
	c := &Cluster{pace: usualPace(), output: output, namespace: o.Namespace, selector: o.Selector, container: o.Container}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if o.Kubectl != "" {
		c.api = newKubectl(o, output)
		return c, nil // whether it works shows with what is asked first
	}
	if err := c.connectREST(ctx, o); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *Cluster) connectREST(ctx context.Context, o Options) error {
	config := kubeconfig(o)
	namespace, _, err := config.Namespace()
	if err != nil {
		return explainConfig(o, config, err)
	}
	c.namespace = namespace
	server, err := newServer(c.pace, c.output, func() (*rest.Config, error) {
		cfg, err := kubeconfig(o).ClientConfig()
		if err != nil {
			return nil, explainConfig(o, config, err)
		}
		return cfg, c.output.capture(cfg)
	})
	if err != nil {
		return err
	}
	c.api = server
	return c.output.explain(server.hello(ctx))
}

// Namespace is where names are looked up; empty if the Kubectl command decides.
func (c *Cluster) Namespace() string { return c.namespace }

// ThroughCommand reports whether the cluster is asked through [Options.Kubectl].
func (c *Cluster) ThroughCommand() bool {
	_, is := c.api.(*kubectl)
	return is
}

// Quiet keeps everything that credential plugins print off the terminal from
// now on. It is to be called before a full-screen view starts; nothing else
// need be done about descriptor 2. Plugins never get our standard input, before
// or after. One that opens /dev/tty by itself is out of reach.
func (c *Cluster) Quiet() { c.output.quiet.Store(true) }

// Close ends what the cluster holds open. Pods are closed on their own, before.
func (c *Cluster) Close() error {
	var err error
	if c.api != nil {
		err = c.api.close()
	}
	return errors.Join(err, c.output.close())
}

// kubeconfig is the configuration by kubectl's rules: files, context,
// namespace, and in-cluster if there is no file.
func kubeconfig(o Options) clientcmd.ClientConfig {
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
		return fail(err, "name an existing file with --kubeconfig or KUBECONFIG", "read kubeconfig: %v", err)
	case rawErr != nil:
		return fail(err, "see kubectl config view", "read kubeconfig: %v", err)
	case o.Context != "" && !known && len(raw.Contexts) > 0:
		return fail(err, "it has "+names, "choose context: there is no context %q in the kubeconfig", o.Context)
	case raw.CurrentContext == "" && o.Context == "" && len(raw.Contexts) > 0:
		return fail(err, "choose one with --context: "+names, "choose context: the kubeconfig has no current context")
	case len(raw.Contexts) == 0:
		return fail(err, "name one with --kubeconfig or KUBECONFIG, or run where kubectl works", "choose cluster: no kubeconfig was found")
	}
	return fail(err, "see kubectl config view", "read kubeconfig: %v", err)
}

func contextNames(raw clientcmdapi.Config) []string {
	names := make([]string, 0, len(raw.Contexts))
	for name := range raw.Contexts {
		names = append(names, clean(name))
	}
	slices.Sort(names)
	return names
}
