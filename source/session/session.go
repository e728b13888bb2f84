package session

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/memlimit"
)

// Session is one watch of one source.
type Session struct {
	Source source.Source
	// Recorded says that the source is a recording; New finds out.
	Recorded bool

	mu      sync.Mutex // guards the rest: messages come from several pollers
	history *profile.History
	state   State
	answers answers               // to what was asked on keys
	damaged map[profile.Kind]bool // polled kinds of which some could not be read
	kept    []kept
	updates chan State

	track leak.Track // the suspects so far

	gauge    *memlimit.Gauge
	stopped  map[profile.Kind]bool // kinds that memory ran out for
	recorder *recorder             // nil while nothing is recorded
	player   *Player               // nil for a live target
	hurry    hurry
	over     bool // updates is closed
}

// New returns a watch of src that has not begun.
func New(src source.Source) *Session {
	w := &Session{
		Source: src, history: profile.NewHistory(),
		updates: make(chan State, 1), gauge: memlimit.NewGauge(), stopped: map[profile.Kind]bool{},
	}
	rec, ok := src.(*source.Recorded)
	w.Recorded = ok
	if ok && !rec.AtOnce() {
		w.player = newPlayer(w, rec)
	}
	return w
}

// History is what is known at the moment that is shown. A replay that goes to
// another moment has another one.
func (w *Session) History() *profile.History {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.history
}

// Updates gives the states, the newest only: who is slow misses some. It is
// closed when the watch has ended, after the last state.
func (w *Session) Updates() <-chan State { return w.updates }

// State is what is known now.
func (w *Session) State() State {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.state
}

// Run watches until ctx ends or the source has no more. The error is the
// source's; the end of ctx is none. A panic on the way is a [*Panic], so that
// what was learnt stays on the screen.
func (w *Session) Run(ctx context.Context) error {
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.over = true
		close(w.updates)
	}()
	err := w.follow(ctx)
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state.Ended, w.state.Err = true, err
	w.publish()
	return err
}

func (w *Session) follow(ctx context.Context) (err error) {
	defer onPanic(func(p *Panic) { err = p })
	switch _, recorded := w.Source.(*source.Recorded); {
	case w.player != nil:
		return w.player.run(ctx)
	case recorded:
		defer w.hurried()()
	}
	return w.watchSource(ctx)
}

// Refresh makes a new state of the history, where something outside of the
// watch's messages changed it (a baseline, a profile asked for once).
func (w *Session) Refresh() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state.Data++
	w.look()
	w.publish()
}

// take is called by the source, possibly from several goroutines.
func (w *Session) take(m source.Message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := &w.state
	w.tee(m)
	switch m := m.(type) {
	case source.Warning:
		w.trouble(profile.Diagnostic{Code: profile.CodeRecording, Severity: profile.SeverityWarning, What: strings.TrimSuffix(string(m), ".")})
	case profile.Capture:
		if !w.stopped[m.Kind] {
			w.capture(m)
		}
	case readCapture:
		if !w.stopped[m.capture.Kind] {
			w.added(w.history.AddSnapshot(m.snapshot), m.capture.Time, m.capture.Kind, m.load)
		}
	case memory.Reading:
		s.reach(m.Time)
		w.restarted(w.history.AddReading(m))
		w.look()
	case profile.Event:
		s.reach(m.Time)
		w.ending(m.Kind == profile.EventRestart)
		w.history.AddEvent(m)
		w.restarted(m.Kind == profile.EventRestart)
	case profile.Facts:
		w.restarted(w.history.AddFacts(s.Now, m))
	case source.Status:
		s.reach(m.Time)
		s.Status = m
		if s.Polls > 0 { // before, a warning means that nothing can be read
			for _, d := range m.Diagnostics {
				w.trouble(d)
			}
		}
		if m.Goroutines > 0 && !m.Time.IsZero() {
			w.count(m)
		}
	}
	if !w.hurry.on {
		s.Events, s.Facts = w.history.Events(), w.history.Facts()
	}
	w.publish()
}

// count follows the index page's total where no goroutine profile is polled.
func (w *Session) count(st source.Status) {
	if n, _, _ := w.history.Observed(profile.Goroutine); n == 0 {
		w.history.AddCount(profile.Count{Time: st.Time, N: int64(st.Goroutines)})
		w.state.Goroutines = w.history.Total(profile.Goroutine, "")
	}
}

// capture takes a polled profile and judges what is new.
func (w *Session) capture(c profile.Capture) {
	added, err := w.history.Add(c)
	if err != nil {
		w.unread(c.Kind, err)
		return
	}
	w.added(added, c.Time, c.Kind, func() (profile.Capture, error) { return c, nil })
}

// added judges what a polled profile brought; load gets it again.
func (w *Session) added(added profile.Added, at time.Time, kind profile.Kind, load func() (profile.Capture, error)) {
	if added.Late {
		w.trouble(profile.Diagnostic{Code: profile.CodeOutOfOrder, Severity: profile.SeverityWarning, Kind: kind, What: "profiles that came out of order were left out"})
		return
	}
	if added.Across {
		w.trouble(profile.Diagnostic{
			Code: profile.CodeAcross, Severity: profile.SeverityWarning, Kind: kind,
			What: "the second " + string(kind) + " profile is of another process than the first: they are compared as before and after, and what differs did not grow in one process",
		})
	}
	if at.IsZero() {
		at = added.Snapshot.Time
	}
	w.state.reach(at)
	w.restarted(added.Restart)
	w.keep(kind, load)
	w.state.Data++
	w.state.Polls++
	w.relieve()
	w.look()
}

// restarted keeps the last report on a process that is gone.
func (w *Session) restarted(yes bool) {
	if !yes {
		return
	}
	w.hurry.again()
	if s := &w.state; s.Report.Verdict != "" {
		if s.Report.Watched >= s.Longest.Watched {
			s.Longest = s.Report
		}
		// A process too short-lived to be judged does not cover what was found.
		if len(s.Report.Suspects) > 0 || len(s.Before.Suspects) == 0 {
			s.Before, s.BeforeName = s.Report, s.Facts.Name
		}
	}
	w.answers, w.kept, w.damaged = answers{}, nil, nil
	w.state.Data++
	w.look()
}

// look judges and makes the lines of the charts.
func (w *Session) look() {
	s, h := &w.state, w.history
	if !w.hurry.due(s.Now) {
		return
	}
	var restarts int
	s.Start, restarts, _ = h.Epoch()
	s.Restarts, s.Several = restarts, h.Several()
	if s.First.IsZero() {
		s.First = s.Start
	}
	s.Facts, s.Events = h.Facts(), h.Events()
	_, s.Repeats, s.Stale = h.Observed(profile.Heap)
	s.Heap = h.Total(profile.Heap, "inuse_space")
	s.Goroutines = h.Total(profile.Goroutine, "goroutine")
	s.Memory = h.Readings()
	s.RSS = h.Memory(memory.Reading.Charged)
	s.Sys = h.Memory(func(r memory.Reading) uint64 { return r.Sys - min(r.Sys, r.HeapReleased) })
	heap, gor := h.Groups(profile.Heap), h.Groups(profile.Goroutine)
	s.Groups = append(heap[:len(heap):len(heap)], gor...)
	w.answers.match(h)
	s.Known = w.answers.known
	s.Report = leak.Judge(w.input(heap, gor))
	var changes []leak.Change
	w.track, changes = w.track.Follow(s.Start, s.Now, &s.Report)
	for _, c := range changes {
		h.AddEvent(profile.Event{Time: c.Time, Kind: profile.EventVerdict, Text: c.String()})
		s.Events = h.Events()
	}
}

// publish offers the newest state; an older one that nobody took goes.
func (w *Session) publish() {
	if w.over || w.hurry.on {
		return
	}
	w.state.History = w.history
	select {
	case <-w.updates:
	default:
	}
	w.state.Recording = nil
	if w.recorder != nil {
		now := w.recorder.now()
		w.state.Recording = &now
	}
	w.updates <- w.state
}
