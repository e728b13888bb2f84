// Leaktop is a live profiler for Go services in a terminal: top, for leaks.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/demo"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/ui"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run does what the arguments say and returns the exit code: 0, or 2 for what
// was asked wrongly or can't be done; a check has codes of its own.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	code := 0
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.AddCommand(demoCommand(), checkCommand(&code), recordCommand(), versionCommand())
	name := program(os.Args[0])
	called(root, name)
	completes(root)
	err := fang.Execute(ctx, root, fang.WithVersion(version()), fang.WithErrorHandler(func(w io.Writer, _ fang.Styles, err error) {
		fmt.Fprintln(w, "leaktop:", asCalled(err.Error(), name))
	}))
	if err != nil {
		return 2
	}
	return code
}

// rootCommand is "leaktop TARGET".
func rootCommand() *cobra.Command {
	var flags targetFlags
	r := ui.Recording{Version: version()}
	c := &cobra.Command{
		Use:   "leaktop TARGET",
		Short: "Watch a Go service for leaks, live, in a terminal",
		Long: "leaktop polls the pprof endpoint of a running Go service, shows live charts of heap and goroutines, ranks what grows, " +
			"and leads from a growing function down to the line.",
		Example: "  leaktop demo                        see it find leaks in a sample service\n" +
			"  leaktop :6060                       a service on this machine\n" +
			"  leaktop http://10.0.0.7:6060/admin  under a prefix\n" +
			"  leaktop unix:/run/app/pprof.sock    over a unix socket\n" +
			"  leaktop -n shop deploy/checkout     a pod of a deployment",
		Args:          cobra.ArbitraryArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && flags.o.Kube.Selector == "" {
				return cmd.Help()
			}
			o, err := flags.options()
			if err != nil {
				return err
			}
			t, err := flags.target(args)
			if err != nil {
				return err
			}
			return view(cmd.Context(), t, o, r)
		},
	}
	flags.add(c.Flags())
	c.Flags().StringVar(&r.Path, "record", "", "keep every poll in this `FILE`, by custom a .tar")
	addRecordingFlags(c.Flags(), &r)
	return c
}

// targetFlags are the flags of every command that watches a target.
type targetFlags struct {
	o       source.Options
	headers []string
}

func (t *targetFlags) add(f *pflag.FlagSet) {
	o := &t.o
	f.DurationVar(&o.Interval, "interval", source.DefaultInterval, "least time between two polls of an endpoint")
	f.Float64Var(&o.Cost, "cost", source.DefaultCost, "share of one core of the target that watching may take")
	f.BoolVar(&o.GC, "gc", false, "ask the target to collect before each heap poll")
	f.DurationVar(&o.Timeout, "timeout", source.DefaultTimeout, "how long the target may be silent")
	f.Var((*sizeFlag)(&o.Limit), "limit", "memory limit when the target does not tell, as 2GiB or 512MB")
	f.StringArrayVar(&t.headers, "header", nil, `header to send: "Name: value", "Name: @FILE" or "Name: env:VARIABLE"`)
	f.StringVar(&o.BearerTokenFile, "bearer-token-file", "", "file with a bearer token, read anew for each request")
	f.StringVar(&o.CACert, "cacert", "", "PEM file of certificates to trust")
	f.StringVar(&o.Cert, "cert", "", "PEM file of the client certificate")
	f.StringVar(&o.Key, "key", "", "PEM file of the client certificate's key")
	f.BoolVar(&o.Insecure, "insecure-skip-tls-verify", false, "do not verify the server's certificate")
	f.StringVarP(&o.Kube.Namespace, "namespace", "n", "", "namespace of the pod")
	f.StringVarP(&o.Kube.Selector, "selector", "l", "", "watch a pod with these labels: app=checkout,tier!=cache")
	f.StringVarP(&o.Kube.Container, "container", "c", "", "container of the pod, where it has several")
	f.StringVar(&o.Kube.Context, "context", "", "context of the kubeconfig")
	f.StringVar(&o.Kube.Kubeconfig, "kubeconfig", "", "kubeconfig `FILE`")
	f.StringVar(&o.Kube.Kubectl, "kubectl", "", "reach the pod through this `COMMAND`, where only that gets in")
}

// options are what the flags say, once they are parsed.
func (t *targetFlags) options() (source.Options, error) {
	o := t.o
	o.Getenv = os.Getenv
	h, err := parseHeaders(t.headers)
	o.Headers = h
	return o, err
}

// sizeFlag is a number of bytes, given as people write it.
type sizeFlag int64

func (s *sizeFlag) String() string {
	if *s == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*s), 10)
}

func (s *sizeFlag) Set(text string) (err error) {
	var n int64
	n, err = source.ParseSize(text)
	*s = sizeFlag(n)
	return err
}

func (s *sizeFlag) Type() string { return "SIZE" }

// openSaying opens a target for a command that shows no screen, and says on
// stderr what it settled for the user: which of several pods, which port.
func openSaying(cmd *cobra.Command, t source.Target, o source.Options) (source.Source, error) {
	src, err := source.Open(cmd.Context(), t, o)
	if r, ok := src.(source.Remarker); ok && err == nil {
		for _, text := range r.Remarks() {
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
			return nil, fmt.Errorf("read --header: %w", err)
		}
		h.Add(name, value)
	}
	return h, nil
}

// target is what the arguments and the selector mean, once the flags are parsed.
func (t *targetFlags) target(args []string) (source.Target, error) {
	if s := t.o.Kube.Selector; s != "" {
		return source.SelectTarget(s, args)
	}
	return source.ParseTargets(args)
}

// view opens a target and shows it live.
func view(ctx context.Context, t source.Target, o source.Options, r ui.Recording) error {
	if err := ui.Terminal(os.Stdout, os.Getenv); err != nil {
		return err
	}
	o.Pick = func(ctx context.Context, pods []kube.Candidate) (int, error) { return ui.PickPod(ctx, pods, os.Stdout) }
	src, err := source.Open(ctx, t, o)
	if err != nil {
		return err
	}
	return errors.Join(ui.Run(ctx, src, r, os.Stdout), src.Close())
}

// demoCommand is "leaktop demo": the sample service, and the view of it.
func demoCommand() *cobra.Command {
	var serve string
	var list bool
	c := &cobra.Command{
		Use:   "demo [LEAK...]",
		Short: "Start a sample service that leaks, and watch it",
		Example: "  leaktop demo                     the default leaks\n" +
			"  leaktop demo --list              all of them\n" +
			"  leaktop demo --serve :6060       only serve it",
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case list:
				return demo.List(cmd.OutOrStdout(), demo.Scenarios())
			case cmd.Flags().Changed("serve"):
				return demo.Command(cmd.Context(), serve, args, cmd.InOrStdin(), cmd.OutOrStdout())
			}
			return demoView(cmd.Context(), args)
		},
	}
	c.Flags().StringVar(&serve, "serve", "", "only serve it at this `ADDR`, until interrupted")
	c.Flags().BoolVar(&list, "list", false, "list the leaks and the look-alikes")
	return c
}

// demoView starts the sample service as a child process, so that its profile
// holds nothing of the view, and watches it like any other.
func demoView(ctx context.Context, names []string) error {
	if err := ui.Terminal(os.Stdout, os.Getenv); err != nil {
		return err
	}
	child, err := demo.Start(ctx, "", names)
	if err != nil {
		return err
	}
	defer child.Stop()
	t, err := source.ParseTarget(child.URL)
	if err != nil {
		return err
	}
	return view(ctx, t, source.Options{}, ui.Recording{Version: version(), MaxSize: ui.DefaultMaxSize})
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "leaktop", version())
			return err
		},
	}
}

// version is that of the module, or for a build from a checkout its revision.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (v == "" || v == "(devel)") {
			v = "devel " + s.Value[:min(12, len(s.Value))]
		}
	}
	if v == "" {
		v = "(devel)"
	}
	return v + " " + info.GoVersion
}
