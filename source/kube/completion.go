package kube

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// completeTimeout bounds the wait after the tab key.
const completeTimeout = 2 * time.Second

// Contexts lists the contexts of the kubeconfig, for shell completion, which cannot
// show errors.
func Contexts(o Options) []string {
	raw, err := loadKubeconfig(o).RawConfig()
	if err != nil {
		return nil
	}
	return contextNames(raw)
}

// Namespaces lists the namespaces of the cluster, for shell completion. It returns
// none if the cluster does not respond within two seconds.
func Namespaces(ctx context.Context, o Options) []string {
	var list metav1.PartialObjectMetadataList
	return completeWith(ctx, o, func(ctx context.Context, c *Cluster) []string {
		if err := c.api.listObjects(ctx, namespaceResource, "", "", &list); err != nil {
			return nil
		}
		var names []string
		for _, n := range list.Items {
			names = append(names, fault.CleanText(n.Name))
		}
		return names
	})
}

// Refs completes the beginning of a reference: after "deploy/" the names of
// deployments, otherwise kinds and the names of running pods. It returns no names
// if the cluster does not respond within two seconds.
func Refs(ctx context.Context, o Options, begun string) []string {
	kindName, _, hasKind := strings.Cut(begun, "/")
	if hasKind {
		return namesOf(ctx, o, kindName)
	}
	var all []string
	for _, k := range Kinds() {
		all = append(all, k+"/")
	}
	return append(all, podNames(ctx, o)...)
}

// namesOf lists the objects of a kind, which is spelled as the user did.
func namesOf(ctx context.Context, o Options, kindName string) []string {
	k := kindOf(kindName)
	if k == nil {
		return nil
	}
	return completeWith(ctx, o, func(ctx context.Context, c *Cluster) []string {
		var list metav1.PartialObjectMetadataList
		if k.short == "pod" {
			return addPrefix(kindName+"/", runningPods(ctx, c, o.Selector))
		}
		if err := c.api.listObjects(ctx, k.resource, c.namespace, "", &list); err != nil {
			return nil
		}
		var names []string
		for _, item := range list.Items {
			names = append(names, fault.CleanText(item.Name))
		}
		return addPrefix(kindName+"/", names)
	})
}

func podNames(ctx context.Context, o Options) []string {
	return completeWith(ctx, o, func(ctx context.Context, c *Cluster) []string { return runningPods(ctx, c, o.Selector) })
}

// runningPods lists the names of the running pods.
func runningPods(ctx context.Context, c *Cluster, selector string) []string {
	list, err := c.podsBy(ctx, c.namespace, selector)
	if err != nil {
		return nil
	}
	var names []string
	for _, pod := range list {
		if pod.Status.Phase == corev1.PodRunning {
			names = append(names, fault.CleanText(pod.Name))
		}
	}
	return names
}

func addPrefix(prefix string, names []string) []string {
	for i := range names {
		names[i] = prefix + names[i]
	}
	return names
}

func completeWith(ctx context.Context, o Options, list func(context.Context, *Cluster) []string) []string {
	ctx, cancel := context.WithTimeout(ctx, completeTimeout)
	defer cancel()
	o.Stderr = io.Discard // keep the command line intact
	c, err := Connect(ctx, o)
	if err != nil {
		return nil
	}
	defer func() { _ = c.Close() }()
	names := list(ctx, c)
	slices.Sort(names)
	return names
}
