package command

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/target"
	"github.com/leaktop/leaktop/ui/config"
	"github.com/leaktop/leaktop/ui/format"
)

// targetFlags are the flags of every command that watches a target.
type targetFlags struct {
	o        source.Options
	headers  []string
	contexts []string
	all      bool // all pods of a workload

	prometheus string // address of a metrics store
	flags      *pflag.FlagSet
}

func (t *targetFlags) register(f *pflag.FlagSet) {
	o := &t.o
	t.flags = f
	o.Interval, o.Timeout = source.DefaultInterval, source.DefaultTimeout
	f.Var((*timeFlag)(&o.Interval), "interval", "minimum time between two polls of an endpoint")
	o.Cost = source.DefaultCost
	f.Var((*shareFlag)(&o.Cost), "cost", "share of one of the target's cores that watching may use")
	f.BoolVar(&o.NoTrace, "no-trace", false, "take execution traces only on request, not to find what starts a suspect's goroutines")
	f.BoolVar(&o.GC, "gc", false, "make the target collect garbage before each heap poll")
	f.Var((*timeFlag)(&o.Timeout), "timeout", "how long to wait for a response")
	f.Var((*sizeFlag)(&o.Limit), "limit", "memory limit if it cannot be detected, for example 2GiB or 512MB")
	o.History = profile.DefaultLimit
	f.Var((*sizeFlag)(&o.History), "history", "maximum memory for the history of a watch; beyond it, old detail is thinned")
	o.Since = source.DefaultSince
	f.Var((*spanFlag)(&o.Since), "since", "how far back to read from a store; the default with --prometheus is 7d")
	f.Var(momentFlag{&o.Until, time.Now}, "until", "end of the range to read from a store: a time, or how long ago; now by default")
	f.StringVar(&t.prometheus, "prometheus", "", "show the days before the watch, from the Prometheus at this URL: http://prometheus:9090 or 'URL?job=checkout'")
	f.StringArrayVar(&t.headers, "header", nil, `header to send: "Name: value", "Name: @FILE" or "Name: env:VARIABLE"`)
	f.StringVar(&o.BearerTokenFile, "bearer-token-file", "", "file with a bearer token, read again for each request")
	f.StringVar(&o.CACert, "cacert", "", "certificates to trust, a PEM file")
	f.StringVar(&o.Cert, "cert", "", "client certificate, a PEM file")
	f.StringVar(&o.Key, "key", "", "key of the client certificate, a PEM file")
	f.BoolVar(&o.Insecure, "insecure-skip-tls-verify", false, "do not verify the server's certificate")
	f.StringVarP(&o.Kube.Namespace, "namespace", "n", "", "namespace of the pod")
	f.StringVarP(&o.Kube.Selector, "selector", "l", "", "watch a pod with these labels: app=checkout,tier!=cache")
	f.StringVarP(&o.Kube.Container, "container", "c", "", "container of the pod, if it has several")
	f.StringArrayVar(&t.contexts, "context", nil, "context of the kubeconfig; repeated, it watches the workload in several clusters")
	f.BoolVar(&t.all, "all", false, "watch all matching pods side by side, not just one")
	f.StringVar(&o.Kube.Kubeconfig, "kubeconfig", "", "kubeconfig file")
	f.StringVar(&o.Kube.Kubectl, "kubectl", "", "reach the pod through this command, when that is the only way in")
}

// toOptions returns the options that the parsed flags set. Progress while a target is
// opened is written to stderr.
func (t *targetFlags) toOptions(stderr io.Writer) (source.Options, error) {
	o := t.o
	if len(t.contexts) > 0 {
		o.Kube.Context = t.contexts[0]
	}
	o.Getenv, o.CacheDir = os.Getenv, cacheDir()
	var mu sync.Mutex // the members of a fleet are opened at the same time
	o.Progress = func(text string) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(stderr, "leaktop: "+text)
	}
	h, err := parseHeaders(t.headers)
	o.Headers = h
	if err == nil && t.prometheus != "" {
		o.Metrics, err = t.openMetrics(o, stderr)
	}
	return o, err
}

// openMetrics returns the metrics store of --prometheus, with the user's queries.
func (t *targetFlags) openMetrics(o source.Options, stderr io.Writer) (*source.Metrics, error) {
	c, warnings := config.Load(os.Getenv)
	for _, w := range warnings {
		fmt.Fprintln(stderr, "leaktop: "+format.Clean(w))
	}
	since := time.Duration(0)
	if t.flags.Changed("since") {
		since = o.Since
	}
	if err := o.Validate(); err != nil {
		return nil, err
	}
	return source.NewMetrics(t.prometheus, o, since, source.MetricsQueries{Pod: c.PodQueries, Job: c.JobQueries})
}

// sizeFlag is a number of bytes, given as 2GiB or 512MB.
type sizeFlag int64

func (s *sizeFlag) String() string {
	switch n := int64(*s); {
	case n == 0:
		return ""
	case n%(1<<30) == 0:
		return strconv.FormatInt(n>>30, 10) + "GiB"
	case n%(1<<20) == 0:
		return strconv.FormatInt(n>>20, 10) + "MiB"
	default:
		return strconv.FormatInt(n, 10)
	}
}

func (s *sizeFlag) Set(text string) (err error) {
	var n int64
	n, err = parseSize(text)
	*s = sizeFlag(n)
	return err
}

func (s *sizeFlag) Type() string { return "SIZE" }

// shareFlag is a share, given in percent or as a number: 1%, 0.01.
type shareFlag float64

func (s *shareFlag) String() string {
	return strconv.FormatFloat(100*float64(*s), 'f', -1, 64) + "%"
}

func (s *shareFlag) Set(text string) error {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || v == 0 {
		return errors.New("want a share of one core above 0, for example 1% or 0.01")
	}
	if percent {
		v /= 100
	}
	*s = shareFlag(v)
	return nil
}

func (s *shareFlag) Type() string { return "SHARE" }

// timeFlag is a nonzero duration, since 0 would mean the default in source.Options.
type timeFlag time.Duration

func (t *timeFlag) String() string { return time.Duration(*t).String() }

func (t *timeFlag) Set(text string) error {
	d, err := time.ParseDuration(strings.TrimSpace(text))
	if err != nil || d == 0 {
		return errors.New("want a duration of at least 100ms, for example 2s or 500ms")
	}
	*t = timeFlag(d)
	return nil
}

func (t *timeFlag) Type() string { return "duration" }

// openAndReport opens a target for a command without a screen. It writes the choices
// made for the user, such as the pod and the port, to stderr.
func openAndReport(cmd *cobra.Command, t target.Target, o source.Options) (source.Source, error) {
	src, err := source.Open(cmd.Context(), t, o)
	if r, ok := src.(source.OpenReporter); ok && err == nil {
		for _, text := range r.OpenRemarks() {
			fmt.Fprintln(cmd.ErrOrStderr(), "leaktop:", text)
		}
	}
	return src, err
}

func parseHeaders(args []string) (http.Header, error) {
	h := http.Header{}
	for _, a := range args {
		name, value, err := source.ParseHeader(a, os.Getenv)
		if err != nil {
			return nil, err // names the flag
		}
		h.Add(name, value)
	}
	return h, nil
}

// parseTarget returns the target that the arguments and the selector name.
func (t *targetFlags) parseTarget(args []string) (target.Target, error) {
	k := t.o.Kube
	if len(t.contexts) > 0 {
		k.Context = t.contexts[0]
	}
	return target.ParseInCluster(k, args)
}
