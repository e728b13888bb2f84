package source

import (
	"context"
	"fmt"
	"net"
	"sync"

	"github.com/leaktop/leaktop/source/kube/podstate"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/kube"
)

// otherContainers finds out which other containers of the watched pod serve pprof.
type otherContainers struct {
	running sync.WaitGroup

	mu     sync.Mutex
	pod    string          // name of the pod probed last
	serves []podstate.Port // ports of it that serve pprof
}

// maxOtherPorts bounds the number of ports probed per pod.
const maxOtherPorts = 6

// probeOthers starts probing the other containers of a pod, once per pod. It does nothing if
// the cluster is reached through a command, which would have to run for each port.
func (o *otherContainers) probeOthers(ctx context.Context, l *podLink, pod string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pod == pod || l.cluster.ThroughCommand() {
		return
	}
	o.pod, o.serves = pod, nil
	ports := l.Watched().OtherPorts()
	if len(l.Watched().Containers()) < 2 || len(ports) == 0 {
		return
	}
	o.running.Go(func() {
		for _, port := range ports[:min(len(ports), maxOtherPorts)] {
			if servesIndex(ctx, l, port) {
				o.addPort(pod, port)
			}
		}
	})
}

func (o *otherContainers) addPort(pod string, port podstate.Port) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pod == pod {
		o.serves = append(o.serves, port)
	}
}

// servesIndex reports whether a port serves the index page of pprof.
func servesIndex(ctx context.Context, l *podLink, port podstate.Port) bool {
	ctx, cancel := context.WithTimeout(ctx, portProbeTimeout)
	defer cancel()
	opts := Options{}.withDefaults()
	h, err := newHTTP(l.targetAt(port), opts, untrackedPod{l.Pod})
	if err != nil {
		return false
	}
	defer h.client.closeIdle()
	_, _, err = h.client.getIndex(ctx, commonRoots[0])
	return err == nil
}

// untrackedPod is a Link to the ports of a pod whose connections say nothing about the
// watched process.
type untrackedPod struct{ pod *kube.Pod }

// DialContext connects to the port of the address.
func (u untrackedPod) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return u.pod.DialUntracked(ctx, network, address)
}

// listDiagnostics reports which other containers serve pprof.
func (o *otherContainers) listDiagnostics(pod *kube.Pod) []profile.Diagnostic {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []profile.Diagnostic
	for _, port := range o.serves {
		who, next := "another container", fmt.Sprintf("watch it as pod/%s:%d", pod.Watched().PodName(), port.Number)
		if port.Container != "" {
			who, next = "container "+port.Container, "watch it with -c "+port.Container
		}
		out = append(out, profile.Diagnostic{
			Code: profile.CodeOtherContainer, Severity: profile.SeverityInfo,
			What: plain.Clip(fmt.Sprintf("%s of this pod serves pprof too, at port %s", who, port), 200), Next: plain.Clip(next, 200),
		})
	}
	return out
}

// waitForProbes waits for the probes to finish.
func (o *otherContainers) waitForProbes() { o.running.Wait() }
