package kube

import (
	"context"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/source/kube/fault"
)

// locateStep bounds each request of Locate.
const locateStep = 2 * time.Second

// Locate finds out why the port in use does not respond. It returns a [fault.Error] if the
// reason is the credential plugin, the API server, the container or the connection
// from the API server to the pod. It returns nil if a new connection to the pod opens:
// then the process itself does not respond. It takes up to a few seconds.
func (p *Pod) Locate(ctx context.Context) error {
	return p.LocateAt(ctx, p.Watched().Port.Number)
}

// LocateAt is Locate for a port that need not be in use; 0 is the first that may be.
func (p *Pod) LocateAt(ctx context.Context, port int) error {
	if d, _ := p.cluster.output.Run.RunningFor(); d > time.Second {
		return p.cluster.output.Run.HangError(d)
	}
	pod := p.Watched().Pod
	if err := p.refreshWithin(ctx, locateStep); err != nil {
		if fault.IsTimeout(err) {
			return fault.New(err, "the service may be fine: check the VPN, the proxy or the network to the cluster; leaktop continues when it responds",
				"reach pod %s: the API server does not respond", pod.Name)
		}
		return err
	}
	w := p.Watched()
	pod = w.Pod
	if w.NotRunningReason() != "" {
		return p.explainDial(port, errNoProcess)
	}
	if port == 0 { // none is in use yet: they are tried in this order
		ports, err := w.Ports()
		if err != nil || len(ports) == 0 {
			return nil
		}
		port = ports[0].Number
	}
	ctx, cancel := context.WithTimeout(untracedContext{ctx}, locateStep)
	defer cancel()
	conn, err := p.cluster.api.dialPod(ctx, pod.Namespace, pod.Name, port)
	switch {
	case err == nil:
		_ = conn.Close()
		return nil
	case fault.IsTimeout(err):
		return fault.New(err, "see kubectl get node "+pod.Spec.NodeName+"; leaktop continues when it responds",
			"reach port %s of pod %s: the API server responds, but the kubelet of node %s does not", strconv.Itoa(port), pod.Name, pod.Spec.NodeName)
	}
	return p.explainDial(port, err)
}
