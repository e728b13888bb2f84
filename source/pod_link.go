package source

import (
	"context"
	"errors"
	"net"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/source/kube/podstate"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source/kube"
)

// podLink is a Link to a pod. It is a [ProcessLink], a [NamedLink], a [Diagnoser], a
// [Locator], a [Learner] and a [PortLink].
type podLink struct {
	*kube.Pod
	cluster *kube.Cluster
	prefix  string // escaped path prefix of pprof
	remarks []string
	others  otherContainers
	// isShared means that other links use the cluster, too.
	isShared bool
}

func (l *podLink) addRemark(text string) {
	if text != "" {
		l.remarks = append(l.remarks, text)
	}
}

// Name returns the pod, its container and the port: "shop/checkout-7d9f6 app:6060".
func (l *podLink) Name() string { return l.Watched().FullName() }

// DialContext connects to the chosen port of the current pod. Before a port is chosen,
// it uses the port of address.
func (l *podLink) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if n := l.Watched().Port.Number; n > 0 {
		address = net.JoinHostPort("localhost", strconv.Itoa(n))
	}
	return l.Pod.DialContext(ctx, network, address)
}

// Metered marks the link: its traffic goes through the API server.
func (l *podLink) Metered() {}

// Learn passes on the command line and the start of the process.
func (l *podLink) Learn(cmdline string, start time.Time) {
	l.Pod.Learn(podstate.Evidence{Cmdline: cmdline, Start: start})
}

// Diagnostics returns the diagnostics about the pod's containers.
func (l *podLink) Diagnostics() []profile.Diagnostic {
	return append(l.Watched().Diagnostics(), l.others.listDiagnostics(l.Pod)...)
}

// Follow sends the cluster's updates of the pod.
func (l *podLink) Follow(ctx context.Context, send func(Message)) {
	note := func(text string) { send(Event{profile.Event{Time: time.Now(), Kind: profile.EventNote, Text: text}}) }
	for _, r := range l.remarks {
		note(r)
	}
	defer l.others.waitForProbes()
	failed := false
	var measured time.Time // of the working set sent last; zero if none is valid
	err := l.Watch(ctx, func(u kube.Update) {
		if u.Event != nil {
			send(Event{*u.Event})
		}
		send(Facts{u.Facts})
		switch at := u.WorkingSetTime; {
		case u.WorkingSet == 0 && !measured.IsZero():
			measured = time.Time{}
			send(Reading{memory.Reading{Time: time.Now(), Source: fromMetrics, Unknown: true}})
		case u.WorkingSet > 0 && !at.Equal(measured):
			measured = at
			send(Reading{memory.Reading{Time: at, Source: fromMetrics, WorkingSet: u.WorkingSet, WorkingSetAt: at}})
		}
		if u.Err != nil && !failed {
			note(u.Err.Error())
		}
		failed = u.Err != nil
		l.others.probeOthers(ctx, l, u.Facts.Pod)
	})
	if err != nil && ctx.Err() == nil {
		note(err.Error())
	}
}

// fromMetrics is the Reading.From of the working set.
const fromMetrics = "metrics.k8s.io"

// Close closes the port-forward and the cluster.
func (l *podLink) Close() error {
	var err error
	if l.Pod != nil {
		err = l.Pod.Close()
	}
	if l.isShared {
		return err
	}
	return errors.Join(err, l.cluster.Close())
}
