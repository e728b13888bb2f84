package kube

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	k8swatch "k8s.io/apimachinery/pkg/watch"
)

// standInEnv makes the test binary another program: "kubectl", a stand-in for
// machines without one, or "hold", a leaktop that forwards a port with the
// command LEAKTOP_TEST_COMMAND, prints the address, and runs until it is
// killed.
const standInEnv = "LEAKTOP_TEST_KUBECTL"

func standIn(args []string) int {
	if os.Getenv(standInEnv) == "hold" {
		return forwardForever(args)
	}
	if len(args) == 0 {
		return 2
	}
	err := runStandIn(args[0], args[1:])
	if status, ok := err.(apierrors.APIStatus); ok { //nolint:errorlint // kubectl's own way of telling
		fmt.Fprintf(os.Stderr, "Error from server (%s): %s\n", status.Status().Reason, status.Status().Message)
		return 1
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
	return 0
}

// standInArgs are arguments separated into flags and words, which kubectl lets
// users mix.
type standInArgs struct {
	Options
	address        string
	watchPod, evts bool
	words          []string
}

func parseStandIn(args []string) (standInArgs, error) {
	var a standInArgs
	var output string
	f := flag.NewFlagSet("kubectl", flag.ContinueOnError)
	f.StringVar(&a.Kubeconfig, "kubeconfig", "", "")
	f.StringVar(&a.Context, "context", "", "")
	f.StringVar(&a.Namespace, "namespace", "", "")
	f.StringVar(&a.Selector, "selector", "", "")
	f.StringVar(&a.address, "address", "", "")
	f.StringVar(&output, "output", "", "")
	f.BoolVar(&a.watchPod, "watch", false, "")
	f.BoolVar(&a.evts, "output-watch-events", false, "")
	for len(args) > 0 {
		if err := f.Parse(args); err != nil {
			return a, err
		}
		args = f.Args()
		if len(args) > 0 {
			a.words, args = append(a.words, args[0]), args[1:]
		}
	}
	return a, nil
}

func runStandIn(do string, args []string) error {
	a, err := parseStandIn(args)
	if err != nil {
		return err
	}
	ctx := context.Background()
	c, err := Connect(ctx, a.Options)
	if err != nil {
		return err
	}
	if do == "port-forward" {
		return standInForward(ctx, c, a)
	}
	plural, rest, _ := strings.Cut(a.words[0], ".")
	version, group, _ := strings.Cut(rest, ".")
	if version == "" {
		version = "v1"
	}
	r := resource{group, version, plural}
	out := json.NewEncoder(os.Stdout)
	if a.watchPod {
		return c.api.watchPod(ctx, c.namespace, a.words[1], func(pod *corev1.Pod, deleted bool) {
			what := k8swatch.Modified
			if deleted {
				what = k8swatch.Deleted
			}
			_ = out.Encode(map[string]any{"type": what, "object": pod})
		})
	}
	into := map[string]any{}
	if len(a.words) > 1 {
		err = c.api.getObject(ctx, r, c.namespace, a.words[1], &into)
	} else {
		err = c.api.listObjects(ctx, r, c.namespace, a.Selector, &into)
	}
	if err != nil {
		return err
	}
	return out.Encode(into)
}

// standInForward forwards one port until a connection fails, as kubectl does.
func standInForward(ctx context.Context, c *Cluster, a standInArgs) error {
	var port int
	if _, err := fmt.Sscanf(a.words[1], ":%d", &port); err != nil {
		return err
	}
	l, err := net.Listen("tcp", a.address+":0")
	if err != nil {
		return err
	}
	fmt.Printf("Forwarding from %s -> %d\n", l.Addr(), port)
	failed := make(chan error)
	go func() {
		for {
			local, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				remote, err := c.api.dialPod(ctx, c.namespace, strings.TrimPrefix(a.words[0], "pod/"), port)
				if err != nil {
					failed <- err
					return
				}
				go func() { _, _ = io.Copy(remote, local) }()
				_, err = io.Copy(local, remote)
				_ = local.Close()
				if err != nil {
					failed <- fmt.Errorf("lost connection to pod: %w", err)
				}
			}()
		}
	}()
	return <-failed
}

// forwardForever forwards a port until the process is killed.
func forwardForever(args []string) int {
	ctx := context.Background()
	c, err := Connect(ctx, Options{Kubeconfig: args[0], Kubectl: os.Getenv("LEAKTOP_TEST_COMMAND")})
	if err == nil {
		_, err = c.api.dialPod(ctx, "shop", args[1], 6060)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(c.api.localAddress())
	select {}
}
