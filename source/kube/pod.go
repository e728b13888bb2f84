package kube

import (
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/kube/podstate"

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
	// WorkingSet is what the kubelet counts toward the limit, in bytes, as of
	// WorkingSetTime; 0 if unknown.
	WorkingSet     uint64
	WorkingSetTime time.Time
	// Err is why access to the cluster currently fails, a [fault.Error]; nil if it works.
	Err error
}

// Pod follows a pod and, when it is deleted, its successor. Its methods are safe for
// concurrent use.
type Pod struct {
	cluster *Cluster
	inGroup bool // a [Group] watches it, and it has no successor

	// orderMu is held while a change is stored and sent, so that updates arrive in
	// order, and before the connections that they warn of.
	orderMu sync.Mutex
	updates updates

	mu         sync.Mutex // guards the rest; never held during requests and callbacks
	watched    podstate.Watched
	goneSince  time.Time // when the pod was found to have ended; zero if it has not
	stopStream func()    // ends the watch of a pod that was replaced; may be nil
	err        error     // as last sent
	conns      connections
	meter      meter
}

// Follow follows the candidate. The caller must close the pod.
func (c *Cluster) Follow(candidate Candidate) *Pod {
	p := &Pod{cluster: c, watched: podstate.Watched{Pod: candidate.pod, Wanted: candidate.port}}
	p.conns = connections{pod: p, open: map[*trackedConn]struct{}{}}
	p.meter = meter{pod: p, remeasure: make(chan struct{}, 1)}
	return p
}

// Watched returns what is watched now.
func (p *Pod) Watched() podstate.Watched {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.watched
}

// Choose sets the port that serves pprof. From then on, facts are those of its
// container.
func (p *Pod) Choose(port podstate.Port) {
	p.orderMu.Lock()
	defer p.orderMu.Unlock()
	p.mu.Lock()
	p.watched.Port = port
	u := p.newUpdate()
	p.mu.Unlock()
	p.updates.send(u)
}

// Identity identifies the process: equal strings mean the same process. If it is
// unknown which container serves the port, a restart of any of them changes it.
func (p *Pod) Identity() string { return p.Watched().Identity() }

// Local returns the address that is open on this machine because of the pod, or "".
// There is none unless [Options.Kubectl] is set.
func (p *Pod) Local() string { return p.cluster.api.localAddress() }

// Close closes the pod's connections.
func (p *Pod) Close() error {
	p.conns.closeAll()
	return nil
}
