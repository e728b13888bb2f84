package kube

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/kube/podstate"

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"

	"github.com/leaktop/leaktop/profile"
)

// Member is one pod of a [Group].
type Member struct {
	Candidate
	UID   string
	Facts profile.Facts
	// Zone is the zone of its node; empty if unknown.
	Zone string
	// ExitReason is how its last process ended: "OOMKilled", or why the pod was removed:
	// "Evicted"; empty if unknown.
	ExitReason string
	// Removed says why the pod was removed: "Evicted: The node was low on resource: memory.";
	// empty if it was not, or the reason is unknown.
	Removed string
	// HasEnded means that it has no process and will not get one, or was deleted.
	HasEnded bool
}

// Group follows all pods that a reference means, by one watch for all of them. Its methods
// are safe for concurrent use.
type Group struct {
	cluster   *Cluster
	namespace string
	selector  string
	owner     owner // if pods are selected by their owner; zero if by labels alone
	port      string
	what      string // for error messages
	of        string // the workload that a bare name turned out to be; empty if none

	mu       sync.Mutex
	pods     map[types.UID]*corev1.Pod
	deleted  map[types.UID]*corev1.Pod // since the last report
	followed map[types.UID]*Pod
	usage    map[string]podUsage // by pod
	zones    map[string]string   // by node
	news     chan struct{}
}

// FindGroup finds the pods that a reference means; for a pod, all pods of its owner. The
// error is a [fault.Error].
func (c *Cluster) FindGroup(ctx context.Context, ref Ref) (*Group, error) {
	found, err := c.Find(ctx, ref)
	if err != nil {
		return nil, err
	}
	g := &Group{
		cluster: c, namespace: found[0].pod.Namespace, port: found[0].port, what: ref.String(), of: found[0].Of,
		pods: map[types.UID]*corev1.Pod{}, deleted: map[types.UID]*corev1.Pod{}, followed: map[types.UID]*Pod{}, zones: map[string]string{}, news: make(chan struct{}, 1),
	}
	if found[0].Of != "" {
		if ref, err = ParseRef(found[0].Of); err != nil {
			return nil, err
		}
	}
	if err := g.setSelector(ctx, ref, found[0].pod); err != nil {
		return nil, err
	}
	for _, x := range found {
		g.pods[x.pod.UID] = x.pod
	}
	return g, nil
}

// Port returns the port that the reference names, after a service's mapping; empty if none.
func (g *Group) Port() string { return g.port }

// Of is the workload found instead of a pod for a bare name: "deploy/checkout". It is
// empty otherwise.
func (g *Group) Of() string { return g.of }

// ErrNoOwner is the cause of a failure to find pods like one that no workload made.
var ErrNoOwner = errors.New("the pod has no owner")

// setSelector finds out what selects the pods.
func (g *Group) setSelector(ctx context.Context, ref Ref, example *corev1.Pod) error {
	c, k := g.cluster, kindOf(ref.Kind)
	switch {
	case ref.Name == "":
		g.selector = c.selector
		return nil
	case k.short == "svc":
		var svc corev1.Service
		if err := c.api.getObject(ctx, k.resource, c.namespace, ref.Name, &svc); err != nil {
			return fault.Explain("find "+g.what, err)
		}
		g.selector = labels.SelectorFromSet(svc.Spec.Selector).String()
		return nil
	case k.short == "pod":
		if g.owner = ownerOf(example); g.owner == (owner{}) {
			return fault.New(ErrNoOwner, "name a workload, as in deploy/NAME, or select with -l", "find pods like %s: it has no owner", ref.Name)
		}
		if k = kindOfObject(g.owner.kind); k == nil {
			return nil // all pods of the namespace are searched
		}
		ref.Name = g.owner.name
	}
	selector, _, err := c.selectorOf(ctx, k, g.namespace, ref.Name)
	if apierrors.IsForbidden(err) {
		g.owner = owner{k.object, ref.Name}
		return nil
	}
	if err != nil {
		return fault.Explain("find "+g.what, err)
	}
	g.selector = selector
	return nil
}

// has reports whether a pod that was selected belongs to the group.
func (g *Group) has(pod *corev1.Pod) bool {
	return g.owner == (owner{}) || ownerOf(pod) == g.owner || controllerOf(pod) == g.owner
}

// gatherNews is how long changes are collected before they are reported, because a rollout
// has many.
const gatherNews = 300 * time.Millisecond

// Watch calls tell with all pods, and again whenever anything changes, until ctx ends. It
// uses one watch, or a list every few seconds if watching is forbidden. fail is called with
// the error while that fails, and with nil when it works again.
func (g *Group) Watch(ctx context.Context, tell func([]Member), fail func(error)) {
	var working sync.WaitGroup
	defer working.Wait()
	working.Go(func() { g.measureLoop(ctx) })
	working.Go(func() { g.followLoop(ctx, fail) })
	for ctx.Err() == nil {
		tell(g.reportMembers())
		select {
		case <-g.news:
			sleepFor(ctx, gatherNews)
		case <-ctx.Done():
		}
	}
}

// followLoop keeps the pods up to date.
func (g *Group) followLoop(ctx context.Context, fail func(error)) {
	pause, canWatch := newBackoff(), true
	for ctx.Err() == nil {
		version, err := g.relist(ctx)
		if ctx.Err() != nil {
			return
		}
		fail(fault.Explain("list "+g.what, err))
		switch {
		case err != nil:
			sleepFor(ctx, pause.Step())
		case canWatch:
			began := time.Now()
			err = g.cluster.api.watchPods(ctx, g.namespace, g.selector, version, g.applyEvent)
			canWatch = !apierrors.IsForbidden(err) && !apierrors.IsMethodNotSupported(err)
			if time.Since(began) > time.Second {
				pause = newBackoff()
				continue
			}
			sleepFor(ctx, pause.Step())
		default:
			pause = newBackoff()
			sleepFor(ctx, g.cluster.timeouts.pollInterval)
		}
	}
}

// relist reads all pods, and returns the resource version of the list. A watch that
// continues from there misses no pod that is deleted before it begins.
func (g *Group) relist(ctx context.Context) (version string, err error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	var list corev1.PodList
	if err := g.cluster.api.listObjects(ctx, podResource, g.namespace, g.selector, &list); err != nil {
		return "", err
	}
	isListed := map[types.UID]bool{}
	for i := range list.Items {
		isListed[list.Items[i].UID] = true
		g.applyEvent(&list.Items[i], false)
	}
	for _, pod := range g.current() {
		if !isListed[pod.UID] {
			g.applyEvent(pod, true)
		}
	}
	return list.ResourceVersion, nil
}

// current returns the pods.
func (g *Group) current() []*corev1.Pod {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := make([]*corev1.Pod, 0, len(g.pods))
	for _, pod := range g.pods {
		out = append(out, pod)
	}
	return out
}

// applyEvent applies the new state of one pod.
func (g *Group) applyEvent(pod *corev1.Pod, deleted bool) {
	g.cluster.markContainer(pod)
	if !g.has(pod) {
		return
	}
	g.mu.Lock()
	followed := g.followed[pod.UID]
	if deleted {
		delete(g.pods, pod.UID)
		g.deleted[pod.UID] = pod
		delete(g.followed, pod.UID)
	} else {
		g.pods[pod.UID] = pod
	}
	g.mu.Unlock()
	if followed != nil {
		followed.applyObservation(pod, pod)
	}
	g.signal()
}

func (g *Group) signal() {
	select {
	case g.news <- struct{}{}:
	default:
	}
}

// Members returns the current pods, by age.
func (g *Group) Members() []Member {
	now := time.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	out := make([]Member, 0, len(g.pods))
	for _, pod := range g.pods {
		out = append(out, g.newMember(pod, now))
	}
	slices.SortFunc(out, func(a, b Member) int { return compareAge(a.Candidate, b.Candidate) })
	return out
}

// reportMembers returns the current pods, and those deleted since the last call with the
// reason.
func (g *Group) reportMembers() []Member {
	out, now := g.Members(), time.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, pod := range g.deleted {
		m := g.newMember(pod, now)
		m.HasEnded = true
		out = append(out, m)
	}
	clear(g.deleted)
	return out
}

// newMember describes a pod. The caller holds mu.
func (g *Group) newMember(pod *corev1.Pod, now time.Time) Member {
	c := newCandidate(pod, g.port, now)
	m := Member{Candidate: c, UID: string(pod.UID), Facts: podstate.FactsOf(pod, podstate.Port{}, g.port, now), Zone: g.zones[c.Node], HasEnded: hasEnded(pod, c.Container)}
	m.Facts.Context = g.cluster.context
	if s := podstate.StatusOf(pod, c.Container); s != nil {
		for _, t := range []*corev1.ContainerStateTerminated{s.State.Terminated, s.LastTerminationState.Terminated} {
			if t != nil && m.ExitReason == "" {
				m.ExitReason = fault.CleanText(t.Reason)
			}
		}
	}
	m.Removed = podstate.RemovalReason(pod)
	if r := fault.CleanText(pod.Status.Reason); r != "" {
		m.ExitReason = r
	}
	if u, ok := g.usage[pod.Name].of(c.Container); ok {
		m.Facts.CPU = u.Usage.CPU.AsApproximateFloat64()
	}
	return m
}

// Follow follows one pod of the group for as long as it exists. The caller must close it.
func (g *Group) Follow(m Member) *Pod {
	p := g.cluster.Follow(m.Candidate)
	p.inGroup, p.stopStream = true, func() {} // the group's watch is its own
	g.mu.Lock()
	g.followed[p.watched.Pod.UID] = p
	latest, usage := g.pods[p.watched.Pod.UID], g.usage[p.watched.Pod.Name]
	g.mu.Unlock()
	if latest != nil {
		p.applyObservation(latest, latest)
	}
	p.meter.applyUsage(types.UID(m.UID), usage)
	return p
}
