package kube

import (
	"context"
	"strconv"
	"time"
)

// locateStep bounds each of the questions of Locate.
const locateStep = 2 * time.Second

// Locate finds out why nothing comes from the port in use: it returns an [Error] if
// the credential plugin, the API server, the container or the way from the API server
// to the pod is the reason, and nil if a new connection to the pod opens, so that the
// process itself is silent. It takes up to some seconds.
func (p *Pod) Locate(ctx context.Context) error {
	if d, _ := p.cluster.output.run.running(); d > time.Second {
		return p.cluster.output.run.hangs(d)
	}
	pod := p.now()
	if err := p.refreshWithin(ctx, locateStep); err != nil {
		if isTimeout(err) {
			return fail(err, "the service may be well: check the VPN, the proxy or the network to the cluster; leaktop goes on when it answers",
				"reach pod %s: the API server does not answer", pod.Name)
		}
		return err
	}
	pod, port := p.now(), p.Port().Number
	if why := trouble(pod, p.container()); why != "" {
		return p.explainDial(port, errNoProcess)
	}
	ctx, cancel := context.WithTimeout(untraced{ctx}, locateStep)
	defer cancel()
	conn, err := p.cluster.api.dial(ctx, pod.Namespace, pod.Name, port)
	switch {
	case err == nil:
		_ = conn.Close()
		return nil
	case isTimeout(err):
		return fail(err, "see kubectl get node "+pod.Spec.NodeName+"; leaktop goes on when it answers",
			"reach port %s of pod %s: the API server answers, the kubelet of its node %s does not", strconv.Itoa(port), pod.Name, pod.Spec.NodeName)
	}
	return p.explainDial(port, err)
}
