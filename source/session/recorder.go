package session

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
)

// Recording is the state of recording a watch.
type Recording struct {
	Path     string
	Size     int64 // bytes
	Profiles int   // written
	Dropped  int   // messages that could not be written
	// Err is why the last write failed, nil once writing succeeds again.
	Err error
}

// Bounds on the messages that wait for a slow disk. The excess is dropped and counted,
// so that polling never waits.
const (
	maxWaiting      = 512      // messages
	maxWaitingBytes = 64 << 20 // of profiles
)

var errSlowDisk = errors.New("the disk cannot keep up: some entries were left out")

// recorder writes messages to a file, concurrently with the watch.
type recorder struct {
	file    *recording.Writer
	queue   chan any
	done    chan struct{}
	changed func()           // called after each write
	last    recording.Status // the last that was queued
	past    pastEntries

	mu      sync.Mutex // guards the fields below
	waiting int        // bytes of profiles in the queue
	state   Recording
}

func newRecorder(file *recording.Writer, changed func()) *recorder {
	r := &recorder{file: file, queue: make(chan any, maxWaiting), done: make(chan struct{}), changed: changed}
	r.state = Recording{Path: file.Path(), Size: file.Size()}
	go r.writeLoop()
	return r
}

func (r *recorder) writeLoop() {
	defer close(r.done)
	for m := range r.queue {
		err := r.file.Append(m)
		c, profiled := m.(profile.Capture)
		r.mu.Lock()
		r.waiting -= len(c.Data)
		r.state.Size, r.state.Err = r.file.Size(), err
		switch {
		case err != nil:
			r.state.Dropped++
		case profiled:
			r.state.Profiles++
		}
		r.mu.Unlock()
		r.changed()
	}
}

// enqueue queues a message. It never blocks.
func (r *recorder) enqueue(m source.Message) {
	entry, ok := source.Recordable(m)
	if !ok || r.isRepeat(entry) {
		return
	}
	if d, ok := entry.(longterm.Data); ok && !r.past.isDue(d) {
		return
	}
	r.enqueueEntry(entry)
}

// enqueueEntry queues an entry of the recording; the data of a profile is copied. It never blocks.
func (r *recorder) enqueueEntry(entry any) {
	c, profiled := entry.(profile.Capture)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting+len(c.Data) <= maxWaitingBytes {
		if profiled {
			c.Data = slices.Clone(c.Data)
			entry = c
		}
		select {
		case r.queue <- entry:
			r.waiting += len(c.Data)
			return
		default:
		}
	}
	r.state.Dropped++
	r.state.Err = errSlowDisk
}

// isRepeat reports whether a status equals the previous one.
func (r *recorder) isRepeat(entry any) bool {
	s, ok := entry.(recording.Status)
	if !ok {
		return false
	}
	if slices.Equal(s.Endpoints, r.last.Endpoints) && s.Goroutines == r.last.Goroutines {
		return true
	}
	r.last = s
	return false
}

func (r *recorder) currentState() Recording {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// pastEvery is the minimum time between two entries with the days before, since each
// repeats most of the previous one.
const pastEvery = time.Hour

// pastEntries chooses which readings of the days before are recorded.
type pastEntries struct {
	newest    *longterm.Data // not recorded yet
	writtenAt time.Time      // time of the newest value in the last recorded one
}

// isDue reports whether a reading should be recorded now. The newest that was not is
// recorded at the end.
func (p *pastEntries) isDue(d longterm.Data) bool {
	if !p.writtenAt.IsZero() && d.To.Sub(p.writtenAt) < pastEvery {
		if d.To.After(p.writtenAt) {
			p.newest = &d
		}
		return false
	}
	p.newest, p.writtenAt = nil, d.To
	return true
}

// finish writes the queue and ends the file.
func (r *recorder) finish() (Recording, error) {
	if d := r.past.newest; d != nil {
		r.enqueueEntry(*d)
	}
	close(r.queue)
	<-r.done
	err := r.file.Close()
	st := r.currentState()
	st.Size = r.file.Size()
	return st, err
}

// Record starts to write every message to a new file, beginning with the current
// state.
func (s *Session) Record(path string, o recording.Options) error {
	s.mu.Lock()
	busy := s.recorder != nil
	s.mu.Unlock()
	if busy {
		return errors.New("this watch is already being recorded")
	}
	file, err := recording.Create(path, o)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := newRecorder(file, s.onWrite)
	h := s.known.builder.History()
	if f := h.Facts(); f != (profile.Facts{}) {
		r.enqueue(source.Facts{Facts: f})
	}
	for _, e := range h.Events() {
		if e.Kind != profile.EventGC && e.Kind != profile.EventVerdict { // a replay derives these itself
			r.enqueue(source.Event{Event: e})
		}
	}
	for _, k := range s.known.captureRefs {
		if c, err := k.newest.loader()(); err == nil {
			r.enqueue(source.Capture{Capture: c})
		}
	}
	if rs := h.Readings(); len(rs) > 0 {
		r.enqueue(source.Reading{Reading: rs[len(rs)-1]})
	}
	if p := s.known.past.Load(); p != nil {
		r.enqueue(source.Past{Data: &p.Data})
	}
	s.recorder = r
	s.publishState()
	return nil
}

// StopRecording ends the file. The error means that it could not be completed.
func (s *Session) StopRecording() (Recording, error) {
	s.mu.Lock()
	r := s.recorder
	s.recorder = nil
	s.mu.Unlock()
	if r == nil {
		return Recording{}, nil
	}
	st, err := r.finish()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publishState()
	if err == nil && st.Dropped > 0 {
		err = fmt.Errorf("%d entries could not be written: %w", st.Dropped, errMessagesDropped)
	}
	return st, err
}

var errMessagesDropped = errors.New("the disk was full or too slow at times")

// onWrite publishes a state if a message could not be written. Progress is
// otherwise part of every state.
func (s *Session) onWrite() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recorder != nil && s.recorder.currentState().Err != nil {
		s.publishState()
	}
}
