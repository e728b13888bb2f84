package session

import "time"

// SetBaseline makes the newest profiles the ones that later values are compared
// with; at is the moment on screen. It returns false if there is none yet.
func (w *Session) SetBaseline(at time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	ok := w.history.SetBaseline(at)
	if ok && w.player != nil {
		w.player.base = w.history.Baseline()
	}
	return ok
}

// DropBaseline makes values absolute again.
func (w *Session) DropBaseline() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.history.DropBaseline()
	if w.player != nil {
		w.player.base = time.Time{}
	}
}

// baseline is when the user's baseline is, zero if there is none by now: who
// goes back before it, and on again, finds it there. Two profiles are compared
// at once.
func (p *Player) baseline() time.Time {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	if !p.opened && p.rec.Pair() {
		p.base = p.steps[p.until(p.stops[0])].Time // goroutines of the same moment with it
	}
	p.opened = true
	if p.base.After(p.clock) {
		return time.Time{}
	}
	return p.base
}

// rebase gives what was read of the present moment the baseline that was set, or
// dropped, meanwhile; before is what it began with.
func (p *Player) rebase(d *Session, before time.Time) {
	switch base := p.baseline(); {
	case base.Equal(before):
	case base.IsZero():
		d.history.DropBaseline()
	default:
		d.history.SetBaseline(base)
	}
}
