package source

import (
	"context"
	"errors"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/target"
)

// Pods are all pods that a target means.
type Pods struct {
	cluster *kube.Cluster
	group   *kube.Group
	prefix  string
	name    string
}

// OpenPods finds the pods that a target means; those of the same owner if it is a pod.
func OpenPods(ctx context.Context, t target.Target, o Options) (*Pods, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	o.Kube.Timeout, o.Kube.Progress, o.Kube.StopKey = o.Timeout, o.Progress, o.StopKey
	cluster, err := kube.Connect(ctx, o.Kube)
	if err != nil {
		return nil, err
	}
	group, err := cluster.FindGroup(ctx, t.Kube)
	if err != nil {
		return nil, errors.Join(err, cluster.Close())
	}
	cluster.Quiet()
	p := &Pods{cluster, group, t.URL.EscapedPath(), t.Name}
	if of := group.Of(); of != "" {
		p.name = of
	}
	if ns := cluster.Namespace(); ns != "" {
		p.name += " in " + plain.Clip(ns, 63)
	}
	return p, nil
}

// Name returns what the pods are of: "deploy/checkout in shop".
func (p *Pods) Name() string { return p.name }

// IsOnePod reports whether the target, a name without a kind, is the name of a pod, not of
// a workload.
func (p *Pods) IsOnePod(t target.Target) bool { return t.Kube.Bare && p.group.Of() == "" }

// Count returns how many pods there are that have not ended.
func (p *Pods) Count() (n int) {
	for _, m := range p.group.Members() {
		if !m.HasEnded {
			n++
		}
	}
	return n
}

// Watch calls tell with all pods, and again whenever anything changes, until ctx ends. fail
// is called with true and what is wrong while that fails, and with false when it works
// again.
func (p *Pods) Watch(ctx context.Context, tell func([]kube.Member), fail func(profile.Diagnostic, bool)) {
	p.group.Watch(ctx, tell, func(err error) {
		if err == nil {
			fail(profile.Diagnostic{}, false)
			return
		}
		fail(problem.Diagnose(err, profile.CodeNoAnswer, profile.SeverityWarning, ""), true)
	})
}

// Open opens one of the pods. Its source ends with the pod: it has no successor.
func (p *Pods) Open(ctx context.Context, m kube.Member, o Options) (Source, error) {
	o = o.withDefaults()
	o.Progress = nil
	link := &podLink{Pod: p.group.Follow(m), cluster: p.cluster, prefix: p.prefix, isShared: true}
	h, tried, err := link.findPprofPort(ctx, o)
	if err != nil {
		return nil, errors.Join(err, link.Close())
	}
	if p.group.Port() == "" {
		link.addRemark(describePort(link.Watched().Port, tried))
	}
	return h, nil
}

// Close closes the cluster. The sources must be closed before.
func (p *Pods) Close() error { return p.cluster.Close() }
