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

// podLink is a pod as a Link, a Process and a LocalPort.
type podLink struct {
	*kube.Pod
	cluster *kube.Cluster
	under   string // the prefix of pprof's pages, escaped
	remarks []string
}

func (l *podLink) remark(text string) {
	if text != "" {
		l.remarks = append(l.remarks, text)
	}
}

// Name is the pod and its port: "shop/checkout-7d9f6 :6060".
func (l *podLink) Name() string {
	if n := l.Port().Number; n > 0 {
		return l.Pod.Name() + " :" + strconv.Itoa(n)
	}
	return l.Pod.Name()
}

// DialContext connects to the port that was chosen, whichever pod it is of by
// now; before, to the one of address.
func (l *podLink) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if n := l.Port().Number; n > 0 {
		address = net.JoinHostPort("localhost", strconv.Itoa(n))
	}
	return l.Pod.DialContext(ctx, network, address)
}

// probe tries the ports in order; the first that serves pprof is chosen. tried
// says of those before it why they do not.
func (l *podLink) probe(ctx context.Context, o Options) (h *HTTP, tried []string, err error) {
	ports, err := l.Ports()
	if err != nil {
		return nil, nil, err
	}
	var failures []error
	for _, port := range ports {
		h, err := l.try(ctx, o, port)
		if err == nil {
			l.Choose(port)
			return h, tried, nil
		}
		if ctx.Err() != nil {
			return nil, nil, context.Cause(ctx)
		}
		failures = append(failures, err)
		tried = append(tried, port.String()+": "+shortly(err))
	}
	return nil, nil, l.noPort(failures, tried)
}

// try looks for pprof at one port.
func (l *podLink) try(ctx context.Context, o Options, port kube.Port) (*HTTP, error) {
	u := at("http", "localhost:"+strconv.Itoa(port.Number), l.under)
	h, err := newHTTP(Target{Scheme: SchemeKube, URL: u}, o, l)
	if err != nil {
		return nil, err
	}
	within := probeTime
	if o.Kube.Kubectl != "" {
		within = probeTimeCommand
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	err = h.Probe(ctx)
	if err != nil {
		h.client.close()
	}
	return h, err
}

// Follow sends what the cluster tells of the pod.
func (l *podLink) Follow(ctx context.Context, send func(Message)) {
	note := func(text string) { send(Event{profile.Event{Time: time.Now(), Kind: profile.EventNote, Text: text}}) }
	for _, r := range l.remarks {
		note(r)
	}
	failed := false
	var measured time.Time
	err := l.Watch(ctx, func(u kube.Update) {
		if u.Event != nil {
			send(Event{*u.Event})
		}
		send(Facts{u.Facts})
		if u.WorkingSet > 0 && u.WorkingSetTime.After(measured) {
			measured = u.WorkingSetTime
			send(Reading{memory.Reading{Time: u.WorkingSetTime, From: "metrics.k8s.io", WorkingSet: u.WorkingSet}})
		}
		if u.Err != nil && !failed {
			note(u.Err.Error())
		}
		failed = u.Err != nil
	})
	if err != nil && ctx.Err() == nil {
		note(err.Error())
	}
}

// Close ends the port-forward and what the cluster holds open.
func (l *podLink) Close() error {
	var err error
	if l.Pod != nil {
		err = l.Pod.Close()
	}
	return errors.Join(err, l.cluster.Close())
}
