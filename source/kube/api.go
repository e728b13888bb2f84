package kube

import (
	"context"
	"net"

	corev1 "k8s.io/api/core/v1"
)

// api is access to the cluster: by REST ([server]) or through a command
// ([kubectl]). An empty namespace means the command's own default. Errors from the
// API server are apierrors.APIStatus.
type api interface {
	// get reads one object into a type of k8s.io/api, or one that has the needed
	// fields.
	get(ctx context.Context, r resource, namespace, name string, into any) error
	// list reads the objects that the label selector selects into a list type.
	list(ctx context.Context, r resource, namespace, selector string, into any) error
	// watch calls seen with the current pod and whenever it changes, until the
	// stream ends, which is not an error.
	watch(ctx context.Context, namespace, name string, seen func(pod *corev1.Pod, deleted bool)) error
	// dial opens a connection to a port of the pod.
	dial(ctx context.Context, namespace, name string, port int) (net.Conn, error)
	// local returns the address that is open on this machine, or "".
	local() string
	close() error
}
