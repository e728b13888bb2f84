package kube

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/leaktop/leaktop/profile"
)

// missedMost bounds the events kept while nobody watches.
const missedMost = 64

// observe takes a look at the pod asked, or at its successor, and tells what
// changed. When it returns, the watcher knows.
func (p *Pod) observe(asked, next *corev1.Pod) {
	p.take(next, asked.UID, nil)
}

// take goes on with next, unless another pod than asked was switched to while
// the answer was on its way. choose, if it is not nil, settles the port of a pod
// that was chosen and says so.
func (p *Pod) take(next *corev1.Pod, asked types.UID, choose func() string) {
	p.order.Lock()
	defer p.order.Unlock()
	now := time.Now()

	p.mu.Lock()
	prev := p.pod
	names := servingContainers(prev, p.port, p.wanted)
	left := choose == nil && prev.UID != asked && prev.UID != next.UID
	if left || stale(prev, next, names) {
		p.mu.Unlock()
		return
	}
	before := p.update()
	ended := p.endedContainer(next)
	if ended != "" {
		p.settleContainer(ended)
		names = []string{ended}
	}
	p.pod, p.gone = next, time.Time{}
	text, restarted := change(prev, next, names, now)
	if ended != "" && !restarted { // the status was seen before the connection broke
		text, restarted = restart(statusOf(next, ended), limit(next, ended), now), true
	}
	if restarted {
		p.broken = time.Time{} // this is why
		p.dropMeasured()
	}
	moved := prev.UID != next.UID
	if choose != nil && moved {
		text = choose()
	}
	if moved && p.stopStream != nil {
		p.stopStream()
	}
	u := p.update()
	p.mu.Unlock()

	switch {
	case restarted:
		u.Restarted = true
		u.Event = &profile.Event{Time: now, Kind: profile.EventRestart, Text: text}
	case text != "":
		u.Event = &profile.Event{Time: now, Kind: profile.EventNote, Text: text}
	case u.Facts == before.Facts && u.Ready == before.Ready:
		return
	}
	p.send(u)
	if moved {
		p.cut()
	}
}

// update is what is known. The caller holds order or mu, so that it stays.
func (p *Pod) update() Update {
	return Update{
		Facts:      facts(p.pod, p.port, p.wanted, time.Now()),
		Ready:      ready(p.pod, containerBehind(p.pod, p.port, p.wanted)),
		WorkingSet: p.workingSet, WorkingSetTime: p.measured,
		Err: p.err,
	}
}

// send tells the watcher; the caller holds order.
func (p *Pod) send(u Update) {
	if p.tell != nil {
		p.tell(u)
		return
	}
	if u.Event != nil && len(p.missed) < missedMost {
		p.missed = append(p.missed, u)
	}
}

// listen sets who is told, and tells what was missed and what is known.
func (p *Pod) listen(tell func(Update)) {
	p.order.Lock()
	defer p.order.Unlock()
	p.tell = tell
	if tell == nil {
		return
	}
	for _, u := range p.missed {
		tell(u)
	}
	p.missed = nil
	tell(p.update())
}

// state tells whether the cluster can be asked, when that changes.
func (p *Pod) state(err error) {
	p.order.Lock()
	defer p.order.Unlock()
	p.mu.Lock()
	same := errorText(err) == errorText(p.err)
	p.err = err
	u := p.update()
	p.mu.Unlock()
	if !same {
		p.send(u)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
