package plugin

import (
	"context"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/kube/fault"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Pauses before a failed credential plugin runs again, which may be expensive or
// require a touch of a key.
const (
	minPause = 5 * time.Second
	maxPause = time.Minute
)

// Gate serializes requests that may run a credential plugin, and rejects them
// for a while after the plugin failed: client-go would run it again for each.
type Gate struct {
	turn chan struct{}

	mu    sync.Mutex
	pause time.Duration
	until time.Time // end of the pause
	why   error     // last failure, nil if the plugin works
}

// NewGate returns a gate that is open.
func NewGate() *Gate { return &Gate{turn: make(chan struct{}, 1)} }

// Enter waits for a turn. During a pause it returns the error of the plugin's last
// failure.
func (g *Gate) Enter(ctx context.Context) error {
	select {
	case g.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.why != nil && time.Now().Before(g.until) {
		<-g.turn
		return g.why
	}
	return nil
}

// Leave ends a turn. err is the result of the request; failed reports whether the
// plugin exited with an error.
func (g *Gate) Leave(err error, failed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case err != nil && (fault.IsPlugin(err) || failed && apierrors.IsUnauthorized(err)):
		g.pause = min(max(2*g.pause, minPause), maxPause)
		g.until, g.why = time.Now().Add(g.pause), err
	case err == nil || !apierrors.IsUnauthorized(err):
		g.pause, g.why = 0, nil
	}
	<-g.turn
}
