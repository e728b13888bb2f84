package source

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source/kube"
)

// probeTime bounds how long one port is tried for pprof.
const probeTime = 5 * time.Second

// openKube finds the pod and the port that serves pprof. Of several pods it
// takes the one that restarted most.
func openKube(ctx context.Context, t Target, o Options) (Source, error) {
	cluster, err := kube.Connect(ctx, o.Kube)
	if err != nil {
		return nil, err
	}
	found, err := cluster.Find(ctx, t.Kube)
	if err != nil {
		cluster.Close()
		return nil, err
	}
	link := podLink{cluster.Follow(found[0]), cluster}
	src, err := link.probe(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("%w (closing: %v)", err, link.Close())
	}
	cluster.Quiet()
	return src, nil
}

// podLink is a pod as a Link and a Process.
type podLink struct {
	*kube.Pod
	cluster *kube.Cluster
}

// probe tries the ports in order; the first that serves pprof is it.
func (l podLink) probe(ctx context.Context, o Options) (*HTTP, error) {
	ports, err := l.Ports()
	if err != nil {
		return nil, err
	}
	var first error
	for _, port := range ports {
		number := strconv.Itoa(port.Number)
		u := &url.URL{Scheme: "http", Host: "localhost:" + number}
		h, err := newHTTP(Target{Scheme: SchemeKube, Name: l.Name() + " :" + number, URL: u}, o, l)
		if err != nil {
			return nil, err
		}
		within, cancel := context.WithTimeout(ctx, probeTime)
		err = h.Probe(within)
		cancel()
		if err == nil {
			l.Choose(port)
			return h, nil
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = fmt.Errorf("find pprof in %s: it has no port to try: name one, as in pod/%s:6060", l.Name(), l.Name())
	}
	return nil, first
}

// Follow sends what the cluster tells of the pod.
func (l podLink) Follow(ctx context.Context, send func(Message)) {
	failed := false
	tell := func(u kube.Update) {
		if u.Event != nil {
			send(*u.Event)
		}
		send(u.Facts)
		if u.WorkingSet > 0 {
			send(memory.Reading{Time: u.WorkingSetTime, From: "metrics.k8s.io", WorkingSet: u.WorkingSet})
		}
		if now := u.Err != nil; now != failed && now {
			send(profile.Event{Time: time.Now(), Kind: profile.EventNote, Text: u.Err.Error()})
		}
		failed = u.Err != nil
	}
	if err := l.Watch(ctx, tell); err != nil && ctx.Err() == nil {
		send(profile.Event{Time: time.Now(), Kind: profile.EventNote, Text: err.Error()})
	}
}

// Close ends the port-forward and what the cluster holds open.
func (l podLink) Close() error {
	err := l.Pod.Close()
	l.cluster.Close()
	return err
}
