// Package kube reaches a Go service in a Kubernetes pod: it finds the pod, dials
// its ports through the API server, and reports when another process is behind the
// port.
//
// [Connect] reads the kubeconfig like kubectl and makes a first call, so that a
// credential plugin can print before a full-screen view starts. After
// [Cluster.Quiet] no plugin and no library writes to the terminal. [Cluster.Find]
// turns a [Ref] such as deploy/checkout:6060 into candidates, best first, and
// [Cluster.Follow] follows one of them and its successors as a [Pod].
//
// A Pod has two sides:
//
//   - [Pod.DialContext] is for an http.Transport. Every connection is a
//     port-forward of its own, within this process: nothing listens on this machine.
//   - [Pod.Watch] reports what the cluster knows about the container (limit,
//     restarts, last exit) and when its process is replaced.
//
// They are connected by a guarantee: an [Update] with Restarted set is delivered
// before DialContext returns a connection to the new process, so that profiles of
// the two are never compared. One connection always reaches one process.
//
// With [Options.Kubectl] everything goes through a command, for clusters that can
// only be accessed by a wrapper such as "tsh kubectl". It opens a loopback port,
// see [Pod.Local].
//
// What the object of a pod says is read by package podstate, failures are explained by
// package fault. Only this folder imports client-go.
package kube
