package kube

import (
	"context"
	"net"

	corev1 "k8s.io/api/core/v1"
)

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
	// dialPod opens a connection to a port of the pod.
	dialPod(ctx context.Context, namespace, name string, port int) (net.Conn, error)
	// localAddress returns the address that is open on this machine, or "".
	localAddress() string
	closeAPI() error
}
