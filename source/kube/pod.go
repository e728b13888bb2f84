package kube

import (
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/leaktop/leaktop/profile"
)

// Update is what the cluster reports about the pod, see [Pod.Watch].
type Update struct {
	// Facts is everything known now; see [profile.Facts] for the units.
	Facts profile.Facts
	// Event is what happened, by the watcher's clock; nil if nothing worth a line
	// did.
	Event *profile.Event
	// Restarted means that another process is behind the port from now on: nothing
	// measured before may be compared with anything after.
	Restarted bool
	Ready     bool // the container answers its readiness probe
	// WorkingSet is what the kubelet counts towards the limit, in bytes, as of
	// WorkingSetTime; 0 if unknown.
	WorkingSet     uint64
	WorkingSetTime time.Time
	// Err is why access to the cluster currently fails, an [Error]; nil if it works.
	Err error
}

// Pod follows a pod and, when it is deleted, its successor. Its methods are safe for
// concurrent use.
type Pod struct {
	cluster *Cluster
	wanted  string // the port asked for; empty if it has to be found
	inGroup bool   // a [Group] watches it, and it has no successor

	// orderMu is held while a change is stored and sent, so that updates arrive in
	// order, and before the connections that they warn of.
	orderMu  sync.Mutex
	listener func(Update) // nil while there is no watcher
	missed   []Update     // events since there is none

	mu           sync.Mutex // guards the rest; never held during requests and callbacks
	pod          *corev1.Pod
	port         Port              // chosen
	goneSince    time.Time         // since when the pod is known to have ended; zero if it has not
	brokenAt     time.Time         // when a connection ended unexpectedly; zero if that is resolved
	brokenFrom   map[string]string // the containers' processes when that connection was made
	openConns    map[*trackedConn]struct{}
	stopStream   func() // ends the watch of a pod that was replaced; may be nil
	err          error  // as last sent
	workingSet   uint64
	cpu          float64 // cores, as of measured
	measured     time.Time
	everMeasured bool          // metrics.k8s.io has had a figure
	remeasure    chan struct{} // wakes measure, because the figure was dropped
}

// Follow follows the candidate. The caller must close the pod.
func (c *Cluster) Follow(candidate Candidate) *Pod {
	return &Pod{
		cluster:   c,
		wanted:    candidate.port,
		pod:       candidate.pod,
		openConns: map[*trackedConn]struct{}{},

		remeasure: make(chan struct{}, 1),
	}
}

// Ports lists the ports to try, in order: the one asked for, or else declared ones
// named pprof, debug, metrics or http, then 6060, then the other declared ones. It
// fails with an [Error] if no port has the name asked for.
func (p *Pod) Ports() ([]Port, error) {
	return portsFor(p.currentPod(), p.wanted)
}

// Choose says which port won: facts are those of its container from now on.
func (p *Pod) Choose(port Port) {
	p.orderMu.Lock()
	defer p.orderMu.Unlock()
	p.mu.Lock()
	p.port = port
	p.mu.Unlock()
	p.sendUpdate(p.newUpdate())
}

// Name returns the pod's namespace and name: "shop/checkout-7d9f6".
func (p *Pod) Name() string {
	pod := p.currentPod()
	return cleanText(pod.Namespace + "/" + pod.Name)
}

// PodName is the pod's own name: "checkout-7d9f6".
func (p *Pod) PodName() string { return cleanText(p.currentPod().Name) }

// Containers are the names of the containers that keep running, native sidecars
// included.
func (p *Pod) Containers() []string { return containerNames(p.currentPod()) }

// FullName is the pod's place with the container and the port that are watched:
// "shop/checkout-7d9f6 app:6060".
func (p *Pod) FullName() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	name := containerBehind(p.pod, p.port, p.wanted)
	return cleanText(nameWith(p.pod.Namespace+"/"+p.pod.Name, name, p.port))
}

// Identity identifies the process: equal strings mean the same process. If it is
// unknown which container serves the port, a restart of any of them changes it.
func (p *Pod) Identity() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return processIdentity(p.pod, servingContainers(p.pod, p.port, p.wanted))
}

// Local returns the address that is open on this machine because of the pod, or "".
// There is none unless [Options.Kubectl] is set.
func (p *Pod) Local() string { return p.cluster.api.localAddress() }

// Close closes the pod's connections.
func (p *Pod) Close() error {
	p.closeConns()
	return nil
}

func (p *Pod) currentPod() *corev1.Pod {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pod
}

// closeConns closes all connections, because they lead to a pod that was replaced.
func (p *Pod) closeConns() {
	p.mu.Lock()
	var all []*trackedConn
	for c := range p.openConns {
		all = append(all, c)
	}
	p.mu.Unlock()
	for _, c := range all {
		_ = c.Close()
	}
}
