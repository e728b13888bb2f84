package kubetest

import (
	"math/rand/v2"
	"net"
	"slices"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
)

// Stop stops the API server and cuts its connections.
func (c *Cluster) Stop() {
	c.mu.Lock()
	server, wires := c.http, c.net
	c.mu.Unlock()
	c.endWatches()
	_ = wires.Listener.Close()
	wires.closeConns()
	server.Close()
}

// Start brings the API server back on its old address.
func (c *Cluster) Start() {
	l, err := net.Listen("tcp", c.Address())
	if err != nil {
		c.t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.startServer(l)
}

// CutConnections cuts every connection to the API server, which keeps running.
func (c *Cluster) CutConnections() { c.currentNetwork().closeConns() }

// BlackHole makes the network drop everything silently, or stops that. Connections from
// that time stay dead.
func (c *Cluster) BlackHole(on bool) { c.currentNetwork().setBlackHole(on) }

// Link sets the delay in each direction between client and API server, and the share of
// packets that is lost and sent again later. seed determines which.
func (c *Cluster) Link(delay time.Duration, loss float64, seed uint64) {
	c.currentNetwork().setLink(link{delay, loss, rand.New(rand.NewPCG(seed, 0))})
}

// Traffic returns how many bytes have been sent to and from the API server so far,
// including encryption.
func (c *Cluster) Traffic() int64 { return c.currentNetwork().traffic.Load() }

// Connections returns the number of open connections to the API server.
func (c *Cluster) Connections() int { return c.currentNetwork().countConns() }

func (c *Cluster) currentNetwork() *network {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.net
}

// Accept makes the API server accept these tokens only.
func (c *Cluster) Accept(tokens ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.tokens)
	for _, t := range tokens {
		c.tokens[t] = true
	}
}

// RefuseWebSocket rejects WebSocket upgrades with 400, like gateways that know only
// SPDY.
func (c *Cluster) RefuseWebSocket(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refuseWebSocket = on
}

// StrictWebSocket requires the verb create besides get for a port-forward by WebSocket,
// like Kubernetes 1.35 and later.
func (c *Cluster) StrictWebSocket(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.strictWS = on
}

// MuteWatches makes watches stay open without further events.
func (c *Cluster) MuteWatches() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watchesMuted = true
}

// SetDelay delays each response of the API server by d.
func (c *Cluster) SetDelay(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.delay = d
}

// kubeletFault is a failure of the kubelets at port-forwards.
type kubeletFault struct {
	hang bool
	says string // text of a 500 response; empty if they work
}

// HangKubelet makes the kubelets ignore port-forwards, like a node that is gone or
// overloaded. The API server keeps responding.
func (c *Cluster) HangKubelet(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kubelet.hang = on
}

// FailKubelet makes the kubelets reject each port-forward with 500 and the text, as
// they do while a container is replaced. An empty text ends that.
func (c *Cluster) FailKubelet(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kubelet.says = text
}

// Forbid refuses the verb on the resource ("pods/portforward").
func (c *Cluster) Forbid(verb, resource string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forbid[verb+" "+resource] = true
}

// Allow undoes Forbid.
func (c *Cluster) Allow(verb, resource string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.forbid, verb+" "+resource)
}

// Restrict allows only what the rules allow.
func (c *Cluster) Restrict(rules []rbacv1.PolicyRule) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rules = rules
}

// isAllowed reports whether RBAC allows the request.
func (c *Cluster) isAllowed(verb, group, resource string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.forbid[verb+" "+resource] {
		return false
	}
	if c.rules == nil {
		return true
	}
	return slices.ContainsFunc(c.rules, func(r rbacv1.PolicyRule) bool {
		return slices.Contains(r.Verbs, verb) && slices.Contains(r.APIGroups, group) && slices.Contains(r.Resources, resource)
	})
}

// TakeRequests returns the requests since the last call as "verb resource".
func (c *Cluster) TakeRequests() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	asked := c.requests
	c.requests = nil
	return asked
}
