package command

import (
	"context"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/source/target"
	"github.com/leaktop/leaktop/ui/command/completion"
)

// AddCompletion registers shell completion of names in a cluster, for all commands that
// watch a target. If the cluster does not answer within two seconds, nothing is offered.
func AddCompletion(root *cobra.Command) {
	addScripts(root)
	for _, c := range append(root.Commands(), root) {
		if c.Flags().Lookup("kubeconfig") == nil {
			continue
		}
		c.ValidArgsFunction = completeTarget
		_ = c.RegisterFlagCompletionFunc("prometheus", cobra.FixedCompletions([]string{"http://localhost:9090"}, cobra.ShellCompDirectiveNoFileComp))
		for flag, list := range map[string]func(*cobra.Command, kube.Options) []string{
			"context":   func(_ *cobra.Command, o kube.Options) []string { return kube.Contexts(o) },
			"namespace": func(c *cobra.Command, o kube.Options) []string { return kube.Namespaces(c.Context(), o) },
		} {
			// It fails only for a flag that does not exist.
			_ = c.RegisterFlagCompletionFunc(flag, func(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
				return list(c, kubeFlags(c)), cobra.ShellCompDirectiveNoFileComp
			})
		}
	}
}

// addScripts makes the command "completion" print leaktop's own scripts.
func addScripts(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	parent, _, err := root.Find([]string{"completion"})
	if err != nil {
		return
	}
	for _, c := range parent.Commands() {
		if _, ok := completion.Script(c.Name(), root.Name(), true); !ok {
			continue
		}
		c.RunE = func(c *cobra.Command, _ []string) error {
			plain, _ := c.Flags().GetBool("no-descriptions")
			text, _ := completion.Script(c.Name(), root.Name(), !plain)
			_, err := io.WriteString(c.OutOrStdout(), text)
			return err
		}
	}
}

// completeTarget completes kinds, then names. The shell completes files.
func completeTarget(c *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	if list, ok := completeProcesses(c.Context(), begun); ok {
		return list, cobra.ShellCompDirectiveNoFileComp
	}
	if target.IsStore(begun) {
		return completeStore(c, begun)
	}
	if strings.HasPrefix(begun, ".") || strings.Contains(begun, ":") {
		return nil, cobra.ShellCompDirectiveDefault
	}
	refs := kube.Refs(c.Context(), kubeFlags(c), begun)
	if strings.Contains(begun, "/") {
		return refs, cobra.ShellCompDirectiveDefault
	}
	return refs, cobra.ShellCompDirectiveNoSpace
}

// processWait is how long the processes of this machine may take to be listed.
const processWait = 2 * time.Second

// completeProcesses lists the Go processes of this machine, with what they run, for a
// target that begins with "pid:"; ok is false for any other target.
func completeProcesses(ctx context.Context, begun string) (list []string, ok bool) {
	const scheme = "pid:"
	if !process.IsSupported || !strings.HasPrefix(begun, scheme) {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, processWait)
	defer cancel()
	found, err := process.NewScanner().Scan(ctx)
	if err != nil {
		return nil, false
	}
	for _, p := range found.Processes {
		if !strings.HasPrefix(p.Target(), begun) {
			continue
		}
		about := p.Name
		if l, serves := p.Pprof(); serves {
			about += ", pprof at " + l.Label()
		}
		list = append(list, p.Target()+"\t"+about)
	}
	return list, true
}

// storeTimeout is how long a store may take to answer a shell.
const storeTimeout = 2 * time.Second

// completeStore completes the selector of a target in a store: names of labels, then
// values. Nothing is offered if the store does not answer.
func completeStore(c *cobra.Command, begun string) ([]string, cobra.ShellCompDirective) {
	var t targetFlags
	const none = cobra.ShellCompDirectiveNoFileComp
	f := c.Flags()
	headers, _ := f.GetStringArray("header")
	h, err := parseHeaders(headers)
	if err != nil {
		return nil, none
	}
	t.o.Headers, t.o.Getenv, t.o.Timeout = h, os.Getenv, storeTimeout
	t.o.BearerTokenFile, _ = f.GetString("bearer-token-file")
	t.o.CACert, _ = f.GetString("cacert")
	ctx, cancel := context.WithTimeout(c.Context(), storeTimeout)
	defer cancel()
	options, isValue := source.CompleteStore(ctx, begun, t.o)
	if !isValue {
		return options, none | cobra.ShellCompDirectiveNoSpace
	}
	return options, none
}

// kubeFlags returns the flags that select a cluster, as typed so far.
func kubeFlags(c *cobra.Command) kube.Options {
	flag := func(name string) string { return c.Flags().Lookup(name).Value.String() }
	contexts, _ := c.Flags().GetStringArray("context")
	return kube.Options{
		Context: strings.Join(contexts[:min(len(contexts), 1)], ""), Namespace: flag("namespace"), Kubeconfig: flag("kubeconfig"),
		Selector: flag("selector"), Kubectl: flag("kubectl"),
	}
}
