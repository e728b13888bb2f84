package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/source/kube/podstate"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/target"
)

// podSource watches a pod and its successors.
type podSource struct {
	*HTTP
	link *podLink
	ref  kube.Ref // as the user gave it
	opts Options
}

// openKube finds the pod and the port that serves pprof. Of several pods it uses the
// one chosen by [Options.Pick], or else the best.
func openKube(ctx context.Context, t target.Target, o Options) (Source, error) {
	o.Kube.Timeout, o.Kube.Progress, o.Kube.StopKey = o.Timeout, o.Progress, o.StopKey
	cluster, err := kube.Connect(ctx, o.Kube)
	if err != nil {
		return nil, err
	}
	link := &podLink{cluster: cluster, prefix: t.URL.EscapedPath()}
	src := &podSource{link: link, ref: t.Kube, opts: o}
	if err := src.findPod(ctx, t.Name); err != nil {
		return nil, errors.Join(err, link.Close())
	}
	cluster.Quiet()
	return src, nil
}

// findPod chooses the pod and its port and adds remarks on both. what is the target as
// the user wrote it.
func (s *podSource) findPod(ctx context.Context, what string) error {
	found, err := s.link.cluster.Find(ctx, s.ref)
	if err != nil {
		return err
	}
	best := found[0]
	if best.Of != "" {
		s.link.addRemark("there is no pod " + s.ref.Name + ": watching " + best.Of)
		if s.ref, err = kube.ParseRef(best.Of); err != nil {
			return err
		}
	}
	if len(found) > 1 {
		if best.Of != "" {
			what = best.Of
		}
		if best, err = s.pickPod(ctx, what, found); err != nil {
			return err
		}
	}
	s.link.Pod = s.link.cluster.Follow(best)
	var tried []string
	s.HTTP, tried, err = s.link.probeWhenUp(ctx, s.opts)
	if err != nil {
		return err
	}
	for _, c := range found {
		if c.IsCrashLooping() && c.Name != best.Name {
			s.link.addRemark("pod " + c.Name + " is crash-looping: " + c.Reason + "; watch it as pod/" + c.Name)
		}
	}
	if s.ref.Port == "" {
		s.link.addRemark(describePort(s.link.Watched().Port, tried))
	}
	for _, d := range s.link.Diagnostics() {
		s.link.addRemark(d.String())
	}
	return nil
}

// pickPod returns one of several pods: the user's choice, or else the first, the best.
func (s *podSource) pickPod(ctx context.Context, what string, found []kube.Candidate) (kube.Candidate, error) {
	switch {
	case s.opts.Pick != nil:
		s.link.cluster.Quiet() // Pick may draw on the terminal
		i, err := s.opts.Pick(ctx, found, func(ctx context.Context) []kube.Candidate { return s.link.cluster.AddUsage(ctx, found) })
		if err != nil {
			return kube.Candidate{}, err
		}
		return found[i], nil
	case s.ref.Name == "" && s.opts.Kube.Selector == "":
		return kube.Candidate{}, manyPods(s.opts.Kube.Namespace, found)
	}
	s.link.addRemark(describeChoice(what, found))
	return found[0], nil
}

// manyPods returns the error for a namespace with several pods if none was named.
func manyPods(namespace string, found []kube.Candidate) error {
	var names []string
	for _, c := range found {
		names = append(names, c.Name)
	}
	return &problem.Problem{
		Cause: problem.CauseName, Subject: "find pods", Why: fmt.Sprintf("namespace %s has %d pods: %s", plain.Clip(namespace, 63), len(names), quantity.List(names, 5)),
		Next: "name one, or a workload as in deploy/NAME",
	}
}

// describeChoice describes which of several pods is watched and why.
func describeChoice(what string, found []kube.Candidate) string {
	c := found[0]
	why := "the oldest ready one"
	switch {
	case !c.Usable():
		why = fmt.Sprintf("none is running, and this one is restarting (%s)", c.Reason)
	case c.Restarts > 0:
		why = fmt.Sprintf("the one that restarted most (%s, %s)", c.RestartCountText(), cmp.Or(c.Reason, "last exit "+c.LastExit))
	case !c.Ready:
		why = "the oldest running one"
	}
	return fmt.Sprintf("%s matches %d pods: watching %s, %s; for another one, use pod/NAME", what, len(found), c.Name, why)
}

// describePort describes which port was found to serve pprof.
func describePort(p podstate.Port, tried []string) string {
	text := "pprof is served at port " + p.String()
	if len(tried) > 0 {
		text += "; also tried: " + joinList(tried)
	}
	return text
}

// Choices returns the pods that the target means. If the target is a single pod, it
// returns the pods of the same owner.
func (s *podSource) Choices(ctx context.Context) ([]kube.Candidate, error) {
	list := s.link.Siblings
	if s.ref.Kind != "pod" {
		list = func(ctx context.Context) ([]kube.Candidate, error) { return s.link.cluster.Find(ctx, s.ref) }
	}
	all, err := list(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, usageTimeout)
	defer cancel()
	return s.link.cluster.AddUsage(ctx, all), nil
}

// usageTimeout bounds the wait for what pods use, which a list of them can be without.
const usageTimeout = 2 * time.Second

// Current returns the name of the pod that is watched.
func (s *podSource) Current() string { return s.link.Watched().Name() }

// Choose switches to another pod.
func (s *podSource) Choose(ctx context.Context, c kube.Candidate) error {
	other := &podLink{Pod: s.link.cluster.Follow(c), cluster: s.link.cluster, prefix: s.link.prefix}
	h, _, err := other.findPprofPort(ctx, s.opts)
	if err != nil {
		return errors.Join(err, other.Pod.Close())
	}
	h.client.closeIdle()
	s.link.Switch(c, other.Watched().Port)
	return other.Pod.Close()
}

// OpenRemarks returns messages for the user about choices made while opening.
func (s *podSource) OpenRemarks() []string { return s.link.remarks }
