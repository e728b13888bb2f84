package kube

import (
	"time"

	"github.com/leaktop/leaktop/source/kube/podstate"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/leaktop/leaktop/profile"
)

// maxMissed bounds the events kept while there is no watcher.
const maxMissed = 64

// updates passes on what happens to a pod. The pod's orderMu guards it.
type updates struct {
	listener func(Update) // nil while there is no watcher
	missed   []Update     // events since there is none
}

// send notifies the watcher.
func (us *updates) send(u Update) {
	if us.listener != nil {
		us.listener(u)
		return
	}
	if u.Event != nil && len(us.missed) < maxMissed {
		us.missed = append(us.missed, u)
	}
}

// setListener sets the watcher, nil for none, and sends it missed events and the
// current state.
func (us *updates) setListener(tell func(Update), now func() Update) {
	us.listener = tell
	if tell == nil {
		return
	}
	for _, u := range us.missed {
		tell(u)
	}
	us.missed = nil
	tell(now())
}

// applyObservation processes a state of the pod asked, or of its successor, and reports what
// changed. The watcher has been notified when it returns.
func (p *Pod) applyObservation(asked, next *corev1.Pod) {
	p.applyPod(next, asked.UID, nil)
}

// applyPod continues with next, unless the user has switched to another pod since asked
// was requested. choose, if not nil, sets the port of a pod that the user chose and
// returns the event's text.
func (p *Pod) applyPod(next *corev1.Pod, asked types.UID, choose func() string) {
	p.orderMu.Lock()
	defer p.orderMu.Unlock()
	u, moved, changed := p.storePod(next, asked, choose)
	if !changed {
		return
	}
	p.updates.send(u)
	if moved {
		p.conns.closeAll()
	}
}

// storePod stores next and returns the update to send. moved reports whether it is
// another pod than before, changed whether there is anything to send. The caller holds
// order.
func (p *Pod) storePod(next *corev1.Pod, asked types.UID, choose func() string) (u Update, moved, changed bool) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	prev := p.watched.Pod
	moved = prev.UID != next.UID
	names := p.watched.ServingContainers()
	left := choose == nil && prev.UID != asked && moved
	if left || podstate.IsStale(prev, next, names) {
		return Update{}, false, false
	}
	before := p.newUpdate()
	ended := p.endedContainer(next)
	if ended != "" {
		p.settleContainer(ended)
		names = []string{ended}
	}
	p.watched.Pod, p.goneSince = next, time.Time{}
	text, restarted := podstate.DescribeChange(prev, next, names, now)
	if ended != "" && !restarted { // the status was seen before the connection broke
		text, restarted = podstate.DescribeRestart(podstate.StatusOf(next, ended), podstate.MemoryLimit(next, ended), now), true
	}
	if restarted {
		p.conns.brokenAt = time.Time{} // this is why
		p.meter.dropFigure()
	}
	if moved {
		text = p.leavePod(text, choose)
	}
	u = p.newUpdate()
	switch {
	case restarted:
		u.Restarted = true
		u.Event = &profile.Event{
			Time: now, Kind: profile.EventRestart, Text: text, Switched: choose != nil, Exit: podstate.LastExitOf(prev, next, names),
			NewPod: moved, NewVersion: moved && podstate.IsOtherVersion(prev, next),
		}
	case text != "":
		u.Event = &profile.Event{Time: now, Kind: profile.EventNote, Text: text}
	}
	return u, moved, u.Event != nil || u.Facts != before.Facts || u.Ready != before.Ready
}

// leavePod ends the watch of the pod before and returns the event's text: text, or that
// of choose. The caller holds mu.
func (p *Pod) leavePod(text string, choose func() string) string {
	if choose != nil {
		text = choose()
	}
	if p.stopStream != nil {
		p.stopStream()
	}
	return text
}

// newUpdate returns what is known. The caller holds orderMu or mu.
func (p *Pod) newUpdate() Update {
	facts := p.watched.Facts(time.Now())
	facts.Context, facts.CPU = p.cluster.context, p.meter.cpu
	return Update{
		Facts: facts, Ready: p.watched.IsReady(),
		WorkingSet: p.meter.workingSet, WorkingSetTime: p.meter.measured,
		Err: p.err,
	}
}

// setListener sets the watcher, nil for none.
func (p *Pod) setListener(tell func(Update)) {
	p.orderMu.Lock()
	defer p.orderMu.Unlock()
	p.updates.setListener(tell, p.newUpdate)
}

// setError notifies the watcher when access to the cluster fails or works again.
func (p *Pod) setError(err error) {
	p.orderMu.Lock()
	defer p.orderMu.Unlock()
	p.mu.Lock()
	same := messageOf(err) == messageOf(p.err)
	p.err = err
	u := p.newUpdate()
	p.mu.Unlock()
	if !same {
		p.updates.send(u)
	}
}

func messageOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
