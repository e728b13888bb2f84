// Package kube reaches a Go service in a Kubernetes pod: it finds the pod,
// dials its ports through the API server, and tells when the process behind
// the port is another one.
//
// [Connect] reads the kubeconfig as kubectl does and makes the first call, so
// that whatever a credential plugin has to say is said before a full-screen
// view starts; then the caller calls [Cluster.Quiet], after which neither a
// plugin nor a log line of a library reaches the terminal. [Cluster.Find] turns
// a [Ref] such as deploy/checkout:6060 into candidates, best first, and
// [Cluster.Follow] follows one of them and its successors as a [Pod].
//
// A Pod is used from two sides:
//
//   - [Pod.DialContext] is for an http.Transport. Every connection is a
//     port-forward of its own, in process: nothing listens on this machine.
//   - [Pod.Watch] tells what the cluster knows of the container (limit,
//     restarts, last exit) and when its process was replaced.
//
// The two are tied together by one promise: an [Update] with Restarted set is
// delivered before DialContext returns a connection to the new process, so that
// profiles taken before and after are never compared. One connection always
// reaches one process.
//
// With [Options.Kubectl] the same is done through a command, for clusters that
// only a wrapper such as "tsh kubectl" gets into; a loopback port is open then,
// see [Pod.Local].
//
// It is the only package that imports client-go.
package kube
