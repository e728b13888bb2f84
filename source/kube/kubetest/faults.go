package kubetest

import (
	"math/rand/v2"
	"net"
	"slices"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
)

// Stop ends the API server; its connections are cut.
func (c *Cluster) Stop() {
	c.mu.Lock()
	server, wires := c.http, c.net
	c.mu.Unlock()
	c.endWatches()
	_ = wires.Listener.Close()
	wires.drop()
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
	c.serve(l)
}

// Cut cuts every connection to the API server, which lives on.
func (c *Cluster) Cut() { c.wires().drop() }

// BlackHole makes the network swallow everything, or stops that; connections of
// that time stay dead.
func (c *Cluster) BlackHole(on bool) { c.wires().swallow(on) }

// Link makes the way to the API server take so long in each direction, and lose a
// share of what is sent, which is sent again later; seed decides what.
func (c *Cluster) Link(delay time.Duration, loss float64, seed uint64) {
	c.wires().setLink(link{delay, loss, rand.New(rand.NewPCG(seed, 0))})
}

// Traffic is how many bytes have gone over the way to the API server so far, both
// ways, encryption included.
func (c *Cluster) Traffic() int64 { return c.wires().traffic.Load() }

// Connections counts the connections that are open to the API server.
func (c *Cluster) Connections() int { return c.wires().count() }

func (c *Cluster) wires() *network {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.net
}

// Accept makes the given tokens the ones that are accepted.
func (c *Cluster) Accept(tokens ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.tokens)
	for _, t := range tokens {
		c.tokens[t] = true
	}
}

// RefuseWebSocket has WebSocket upgrades answered with 400, as gateways do that
// know only SPDY.
func (c *Cluster) RefuseWebSocket(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.noWS = on
}

// StrictWebSocket asks for the right to create, besides get, from a WebSocket
// port-forward, as Kubernetes does from 1.35 on.
func (c *Cluster) StrictWebSocket(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.strictWS = on
}

// Deafen has watches stay open and tell nothing from now on.
func (c *Cluster) Deafen() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deaf = true
}

// Slow has the API server take so long for each answer.
func (c *Cluster) Slow(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slow = d
}

// kubeletFault is what the kubelets do with a port-forward.
type kubeletFault struct {
	hang bool
	says string // with 500; empty if they work
}

// HangKubelet has the kubelets answer no port-forward, as a node does that is gone or
// overloaded; the API server goes on.
func (c *Cluster) HangKubelet(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kubelet.hang = on
}

// FailKubelet has the kubelets refuse each port-forward with 500 and the text, as they
// do while a container is replaced; empty ends that.
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

// Allow ends what Forbid began.
func (c *Cluster) Allow(verb, resource string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.forbid, verb+" "+resource)
}

// Restrict allows nothing but what the rules do.
func (c *Cluster) Restrict(rules []rbacv1.PolicyRule) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rules = rules
}

// allowed tells whether RBAC lets the user do it.
func (c *Cluster) allowed(verb, group, resource string) bool {
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

// Asked lists the requests so far as "verb resource", and forgets them.
func (c *Cluster) Asked() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	asked := c.asked
	c.asked = nil
	return asked
}
