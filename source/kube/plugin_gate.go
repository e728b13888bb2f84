package kube

import (
	"context"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// The pauses after a credential plugin failed: it may be expensive, or ask for a touch
// of a key each time.
const (
	pluginPause    = 5 * time.Second
	maxPluginPause = time.Minute
)

// pluginGate lets one request at a time through where a credential plugin is used, and
// none for a while after the plugin failed: client-go would run it again for each.
type pluginGate struct {
	turn chan struct{}

	mu    sync.Mutex
	pause time.Duration
	until time.Time // not run again before
	why   error     // of the last failure, nil if the plugin works
}

func newPluginGate() *pluginGate { return &pluginGate{turn: make(chan struct{}, 1)} }

// enter waits for a turn. The error is why the plugin is not run now.
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

// leave ends a turn. failed says that the plugin ended with an error, err what came
// of the request.
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
