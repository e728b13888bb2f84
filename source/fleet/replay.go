package fleet

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/session"
)

// Replay controls the replays of all members together. All show the same moment of the
// clock, whenever each began and ended.
type Replay struct {
	// From and To are the beginning of the first recording and the end of the last one.
	From, To time.Time
	At       time.Time // the moment that is shown
	Playing  bool
	Speed    float64 // 1 is real time
	Loaded   float64 // the share of the data up to this moment that has been read, up to 1

	members []Member
}

// Replay returns the replay of the members; ok is false if they are live.
func (s State) Replay() (r Replay, ok bool) {
	r.Loaded = 1
	for _, m := range slices.Concat(s.Members, s.later) {
		x := m.State.Replay
		if x == nil || m.session == nil || m.session.Player() == nil {
			continue
		}
		if len(r.members) == 0 || x.From.Before(r.From) {
			r.From = x.From
		}
		if x.To.After(r.To) {
			r.To = x.To
		}
		if x.At.After(r.At) {
			r.At = x.At // those that have ended lag behind
		}
		r.Playing, r.Speed = r.Playing || x.Playing, max(r.Speed, x.Speed)
		r.Loaded = min(r.Loaded, x.Loaded)
		r.members = append(r.members, m)
	}
	return r, len(r.members) > 0
}

// Toggle plays all replays from the moment that is shown, or pauses them there. At the
// end it plays from the beginning.
func (r Replay) Toggle() {
	if r.Playing {
		r.Seek(r.At)
		return
	}
	at := r.At
	if !at.Before(r.To) {
		at = r.From
	}
	r.Seek(at)
	r.setSpeed() // recordings of different lengths start with different speeds
	for _, m := range r.members {
		session.SetPlaying(m.session.Player(), true)
	}
}

// setSpeed makes all replays play at the speed that is shown.
func (r Replay) setSpeed() {
	for _, m := range r.members {
		session.SetSpeed(m.session.Player(), r.Speed)
	}
}

// Seek pauses all replays, and shows a moment.
func (r Replay) Seek(at time.Time) {
	for _, m := range r.members {
		session.SeekTo(m.session.Player(), at)
	}
}

// ChangeSpeed selects the next higher speed, or with -1 the next lower one.
func (r Replay) ChangeSpeed(by int) {
	r.setSpeed()
	for _, m := range r.members {
		m.session.Player().ChangeSpeed(by)
	}
}

// Step moves to the next poll of any member (1), or to the previous one (-1), and pauses.
func (r Replay) Step(by int) {
	var to time.Time
	for _, m := range r.members {
		x := m.State.Replay
		if t := x.After; by > 0 && t.After(r.At) && (to.IsZero() || t.Before(to)) {
			to = t
		}
		t := x.Before
		if x.At.Before(r.At) { // it has ended
			t = x.At
		}
		if by < 0 && t.Before(r.At) && t.After(to) {
			to = t
		}
	}
	if to.IsZero() {
		to = r.At
	}
	r.Seek(to)
}

// sameJump is the maximum time between events that count as one jump.
const sameJump = time.Second

// Jump moves to the next event of any member, or with -1 to the previous one. It returns
// the event and its member; ok is false if there is none.
func (r Replay) Jump(by int) (e profile.Event, of Member, ok bool) {
	for _, m := range r.members {
		for _, x := range m.State.Replay.Events {
			isNext := by > 0 && x.Time.Sub(r.At) >= sameJump && (!ok || x.Time.Before(e.Time))
			isPrevious := by < 0 && r.At.Sub(x.Time) >= sameJump && (!ok || x.Time.After(e.Time))
			if isNext || isPrevious {
				e, of, ok = x, m, true
			}
		}
	}
	if ok {
		r.Seek(e.Time)
	}
	return e, of, ok
}
