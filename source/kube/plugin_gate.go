package kube

import (
	"context"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Pauses before a failed credential plugin runs again, which may be expensive or
// require a touch of a key.
const (
	pluginPause    = 5 * time.Second
	maxPluginPause = time.Minute
)

// pluginGate serializes requests that may run a credential plugin, and rejects them
// for a while after the plugin failed: client-go would run it again for each.
type pluginGate struct {
	turn chan struct{}

	mu    sync.Mutex
	pause time.Duration
	until time.Time // end of the pause
	why   error     // last failure, nil if the plugin works
}

func newPluginGate() *pluginGate { return &pluginGate{turn: make(chan struct{}, 1)} }

// enter waits for a turn. During a pause it returns the error of the plugin's last
// failure.
func (g *pluginGate) enter(ctx context.Context) error {
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

// leave ends a turn. err is the result of the request; failed reports whether the
// plugin exited with an error.
func (g *pluginGate) leave(err error, failed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case err != nil && (isPlugin(err) || failed && apierrors.IsUnauthorized(err)):
		g.pause = min(max(2*g.pause, pluginPause), maxPluginPause)
		g.until, g.why = time.Now().Add(g.pause), err
	case err == nil || !apierrors.IsUnauthorized(err):
		g.pause, g.why = 0, nil
	}
	<-g.turn
}
