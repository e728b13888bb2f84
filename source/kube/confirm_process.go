package kube

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/leaktop/leaktop/source/kube/forward"

	"k8s.io/apimachinery/pkg/types"
)

// errPodReplaced reports that the pod was replaced during the dial.
var errPodReplaced = errors.New("the pod was replaced during the dial")

// confirmProcess waits until a new connection to the pod uid is known to reach the process
// before, or the watcher has been notified of another one.
//
// While another connection is open, the process cannot have changed. If there is
// none, reading the pod once is enough. After a connection broke, there may be a new
// process that the API does not show yet. Then the pod is read until it shows a new
// process, or shows the old one as running at a time when an end would be visible.
func (cs *connections) confirmProcess(ctx context.Context, fresh net.Conn, uid types.UID, before string) error {
	p := cs.pod
	dialed, pace := time.Now(), p.cluster.timeouts
	for ctx.Err() == nil {
		p.mu.Lock()
		broken, alone, left := cs.brokenAt, len(cs.open) == 0, p.watched.Pod.UID != uid
		p.mu.Unlock()
		switch {
		case left:
			return errPodReplaced
		case p.Identity() != before, broken.IsZero() && !alone:
			return nil
		}
		if err := forward.EndedReason(fresh); err != nil {
			return err
		}
		looked := time.Now()
		if err := p.Refresh(ctx); err != nil {
			return err
		}
		if p.Identity() != before {
			continue // check whether it is another pod
		}
		runs := p.Watched().IsAnyRunning()
		switch {
		case broken.IsZero():
			return nil
		case runs && looked.Sub(broken) > pace.statusLag:
			cs.clearBroken(broken)
			return nil
		case !runs && looked.Sub(dialed) > pace.statusLag:
			return errNoProcess
		}
		sleepFor(ctx, pace.lookInterval)
	}
	return context.Cause(ctx)
}

// errNoProcess is replaced by the container's state, which is more specific.
var errNoProcess = errors.New("the container is not running")
