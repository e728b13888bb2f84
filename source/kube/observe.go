package kube

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/leaktop/leaktop/profile"
)

// maxMissed bounds the events kept while there is no watcher.
const maxMissed = 64

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
	p.sendUpdate(u)
	if moved {
		p.closeConns()
	}
}

// storePod stores next and returns the update to send. moved reports whether it is
// another pod than before, changed whether there is anything to send. The caller holds
// order.
func (p *Pod) storePod(next *corev1.Pod, asked types.UID, choose func() string) (u Update, moved, changed bool) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	prev := p.pod
	moved = prev.UID != next.UID
	names := servingContainers(prev, p.port, p.wanted)
	left := choose == nil && prev.UID != asked && moved
	if left || isStale(prev, next, names) {
		return Update{}, false, false
	}
	before := p.newUpdate()
	ended := p.endedContainer(next)
	if ended != "" {
		p.settleContainer(ended)
		names = []string{ended}
	}
	p.pod, p.goneSince = next, time.Time{}
	text, restarted := describeChange(prev, next, names, now)
	if ended != "" && !restarted { // the status was seen before the connection broke
		text, restarted = describeRestart(statusOf(next, ended), memoryLimit(next, ended), now), true
	}
	if restarted {
		p.brokenAt = time.Time{} // this is why
		p.dropMeasured()
	}
	if moved {
		text = p.leavePod(text, choose)
	}
	u = p.newUpdate()
	switch {
	case restarted:
		u.Restarted = true
		u.Event = &profile.Event{
			Time: now, Kind: profile.EventRestart, Text: text, Switched: choose != nil, Exit: lastExitOf(prev, next, names),
			NewPod: moved, NewVersion: moved && isOtherVersion(prev, next),
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

// newUpdate returns what is known. The caller holds order or mu.
func (p *Pod) newUpdate() Update {
	facts := factsOf(p.pod, p.port, p.wanted, time.Now())
	facts.CPU = p.cpu
	return Update{
		Facts:      facts,
		Ready:      isReady(p.pod, containerBehind(p.pod, p.port, p.wanted)),
		WorkingSet: p.workingSet, WorkingSetTime: p.measured,
		Err: p.err,
	}
}

// sendUpdate notifies the watcher. The caller holds order.
func (p *Pod) sendUpdate(u Update) {
	if p.listener != nil {
		p.listener(u)
		return
	}
	if u.Event != nil && len(p.missed) < maxMissed {
		p.missed = append(p.missed, u)
	}
}

// setListener sets the watcher and sends it missed events and the current state.
func (p *Pod) setListener(tell func(Update)) {
	p.orderMu.Lock()
	defer p.orderMu.Unlock()
	p.listener = tell
	if tell == nil {
		return
	}
	for _, u := range p.missed {
		tell(u)
	}
	p.missed = nil
	tell(p.newUpdate())
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
		p.sendUpdate(u)
	}
}

func messageOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
