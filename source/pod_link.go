package source

import (
	"context"
	"errors"
	"net"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source/kube"
)

// podLink is a pod as a Link, a Process, a Diagnoser and a LocalPort.
type podLink struct {
	*kube.Pod
	cluster *kube.Cluster
	under   string // the prefix of pprof's pages, escaped
	remarks []string
	others  otherContainers
}

func (l *podLink) remark(text string) {
	if text != "" {
		l.remarks = append(l.remarks, text)
	}
}

// Name is the pod, its container and the port: "shop/checkout-7d9f6 app:6060".
func (l *podLink) Name() string { return l.FullName() }

// DialContext connects to the port that was chosen, whichever pod it is of by
// now; before, to the one of address.
func (l *podLink) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if n := l.Port().Number; n > 0 {
		address = net.JoinHostPort("localhost", strconv.Itoa(n))
	}
	return l.Pod.DialContext(ctx, network, address)
}

// Metered says that what is polled goes through the API server.
func (l *podLink) Metered() {}

// Learn tells the pod what the process says of itself.
func (l *podLink) Learn(cmdline string, start time.Time) {
	l.Pod.Learn(kube.Evidence{Cmdline: cmdline, Start: start})
}

// Diagnostics are what is known of the pod's containers.
func (l *podLink) Diagnostics() []profile.Diagnostic {
	return append(l.Pod.Diagnostics(), l.others.diagnostics(l.Pod)...)
}

// Follow sends what the cluster tells of the pod.
func (l *podLink) Follow(ctx context.Context, send func(Message)) {
	note := func(text string) { send(Event{profile.Event{Time: time.Now(), Kind: profile.EventNote, Text: text}}) }
	for _, r := range l.remarks {
		note(r)
	}
	defer l.others.wait()
	failed := false
	var measured time.Time // of the figure that was sent last; zero if none holds
	err := l.Watch(ctx, func(u kube.Update) {
		if u.Event != nil {
			send(Event{*u.Event})
		}
		send(Facts{u.Facts})
		switch at := u.WorkingSetTime; {
		case u.WorkingSet == 0 && !measured.IsZero():
			measured = time.Time{}
			send(Reading{memory.Reading{Time: time.Now(), From: fromMetrics, Unknown: true}})
		case u.WorkingSet > 0 && !at.Equal(measured):
			measured = at
			send(Reading{memory.Reading{Time: at, From: fromMetrics, WorkingSet: u.WorkingSet, WorkingSetAt: at}})
		}
		if u.Err != nil && !failed {
			note(u.Err.Error())
		}
		failed = u.Err != nil
		l.others.look(ctx, l, u.Facts.Pod)
	})
	if err != nil && ctx.Err() == nil {
		note(err.Error())
	}
}

// fromMetrics is where the working set comes from, as a Reading has it.
const fromMetrics = "metrics.k8s.io"

// Close ends the port-forward and what the cluster holds open.
func (l *podLink) Close() error {
	var err error
	if l.Pod != nil {
		err = l.Pod.Close()
	}
	return errors.Join(err, l.cluster.Close())
}
