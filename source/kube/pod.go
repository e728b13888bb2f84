package kube

import (
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/leaktop/leaktop/profile"
)

// Update is what the cluster says of the pod, see [Pod.Watch].
type Update struct {
	// Facts is all that is known now; see [profile.Facts] for the units.
	Facts profile.Facts
	// Event is what happened, with the watcher's time; nil if nothing did that
	// is worth a line.
	Event *profile.Event
	// Restarted says that another process is reached from here on: nothing
	// measured before may be compared with anything after.
	Restarted bool
	Ready     bool // the container answers its readiness probe
	// WorkingSet is what the kubelet counts against the limit, in bytes, as of
	// WorkingSetTime; 0 if it is not known.
	WorkingSet     uint64
	WorkingSetTime time.Time
	// Err is why the cluster can't be asked at present, an [Error]; nil if it
	// can.
	Err error
}

// Pod follows a pod and, when it is deleted, its successor. Its methods may be
// called at the same time.
type Pod struct {
	cluster *Cluster
	wanted  string // the port asked for; empty if it is to be found

	// order is held while something is learnt and told, so that updates come
	// in order and before the connections that they warn of.
	order  sync.Mutex
	tell   func(Update) // nil while nobody watches
	missed []Update     // events of that time

	mu           sync.Mutex // the rest; never held while something is asked or told
	pod          *corev1.Pod
	port         Port              // chosen
	gone         time.Time         // since when it is known to have ended; zero if it has not
	broken       time.Time         // when a connection ended that should not have; zero if that is cleared up
	brokenFrom   map[string]string // the containers' processes when that connection was made
	open         map[*tracked]struct{}
	stopStream   func() // ends the watch of a pod that has been left; may be nil
	err          error  // as last told
	workingSet   uint64
	measured     time.Time
	everMeasured bool          // metrics.k8s.io had a figure once
	remeasure    chan struct{} // wakes measure, because the figure was dropped
}

// Follow follows the candidate. The pod is to be closed in the end.
func (c *Cluster) Follow(candidate Candidate) *Pod {
	return &Pod{
		cluster: c,
		wanted:  candidate.port,
		pod:     candidate.pod,
		open:    map[*tracked]struct{}{},

		remeasure: make(chan struct{}, 1),
	}
}

// Ports lists the ports to try, in order: the one asked for; else declared ones
// named pprof, debug, metrics or http, then 6060, then the others that are
// declared. The error, an [Error], says that no port has the name asked for.
func (p *Pod) Ports() ([]Port, error) {
	return portsFor(p.now(), p.wanted)
}

// Choose says which port won: facts are those of its container from now on.
func (p *Pod) Choose(port Port) {
	p.order.Lock()
	defer p.order.Unlock()
	p.mu.Lock()
	p.port = port
	p.mu.Unlock()
	p.send(p.update())
}

// Name is the pod's place: "shop/checkout-7d9f6".
func (p *Pod) Name() string {
	pod := p.now()
	return clean(pod.Namespace + "/" + pod.Name)
}

// PodName is the pod's own name: "checkout-7d9f6".
func (p *Pod) PodName() string { return clean(p.now().Name) }

// Containers are the names of the containers that keep running, native sidecars
// included.
func (p *Pod) Containers() []string { return containerNames(p.now()) }

// FullName is the pod's place with the container and the port that are watched:
// "shop/checkout-7d9f6 app:6060".
func (p *Pod) FullName() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	name := containerBehind(p.pod, p.port, p.wanted)
	return clean(nameWith(p.pod.Namespace+"/"+p.pod.Name, name, p.port))
}

// Identity names the process: equal strings, same process. Where it is not
// known which container serves the port, a restart of any makes another.
func (p *Pod) Identity() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return identity(p.pod, servingContainers(p.pod, p.port, p.wanted))
}

// Local is the address that is open on this machine because of the pod, empty
// if there is none. There is none unless [Options.Kubectl] is set.
func (p *Pod) Local() string { return p.cluster.api.local() }

// Close ends the pod's connections.
func (p *Pod) Close() error {
	p.cut()
	return nil
}

func (p *Pod) now() *corev1.Pod {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pod
}

// cut closes all connections, because they lead to a pod that was left.
func (p *Pod) cut() {
	p.mu.Lock()
	var all []*tracked
	for c := range p.open {
		all = append(all, c)
	}
	p.mu.Unlock()
	for _, c := range all {
		_ = c.Close()
	}
}
