package kube

import (
	"context"
	"io"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// completeTimeout is how long a shell is kept waiting at the tab key.
const completeTimeout = 2 * time.Second

// Contexts lists the contexts of the kubeconfig, for shell completion. It is
// empty where there is none; completion has no place for an error.
func Contexts(o Options) []string {
	raw, err := kubeconfig(o).RawConfig()
	if err != nil {
		return nil
	}
	return contextNames(raw)
}

// Namespaces lists the namespaces of the cluster, for shell completion; empty
// if they can't be had within two seconds.
func Namespaces(ctx context.Context, o Options) []string {
	var list metav1.PartialObjectMetadataList
	return complete(ctx, o, func(ctx context.Context, c *Cluster) []string {
		if err := c.api.list(ctx, namespaces, "", "", &list); err != nil {
			return nil
		}
		var names []string
		for _, n := range list.Items {
			names = append(names, clean(n.Name))
		}
		return names
	})
}

// PodNames lists the running pods of the namespace as references, for shell
// completion; empty if they can't be had within two seconds.
func PodNames(ctx context.Context, o Options) []string {
	return complete(ctx, o, func(ctx context.Context, c *Cluster) []string {
		list, err := c.podsBy(ctx, c.namespace, o.Selector)
		if err != nil {
			return nil
		}
		var names []string
		for _, pod := range list {
			if pod.Status.Phase == corev1.PodRunning {
				names = append(names, "pod/"+clean(pod.Name))
			}
		}
		return names
	})
}

func complete(ctx context.Context, o Options, list func(context.Context, *Cluster) []string) []string {
	ctx, cancel := context.WithTimeout(ctx, completeTimeout)
	defer cancel()
	o.Stderr = io.Discard // the shell's line stays as it is
	c, err := Connect(ctx, o)
	if err != nil {
		return nil
	}
	defer func() { _ = c.Close() }()
	names := list(ctx, c)
	slices.Sort(names)
	return names
}
