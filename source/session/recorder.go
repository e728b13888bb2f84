package session

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
)

// Recording is how the recording of a watch goes.
type Recording struct {
	Path     string
	Size     int64 // bytes
	Profiles int   // written
	Left     int   // messages that could not be written
	// Err is why the last could not, nil once it goes on.
	Err error
}

// Bounds of what waits for a slow disk. What is more is left out, and counted:
// polling never waits.
const (
	maxWaiting      = 512      // messages
	maxWaitingBytes = 64 << 20 // of profiles
)

var errSlowDisk = errors.New("the disk is slower than what comes: some of it was left out")

// recorder writes messages to a file, beside the watch.
type recorder struct {
	file    *recording.Writer
	queue   chan any
	done    chan struct{}
	changed func()           // called after each write
	last    recording.Status // the last that was queued

	mu      sync.Mutex // guards what follows
	waiting int        // bytes of profiles in the queue
	state   Recording
}

func newRecorder(file *recording.Writer, changed func()) *recorder {
	r := &recorder{file: file, queue: make(chan any, maxWaiting), done: make(chan struct{}), changed: changed}
	r.state = Recording{Path: file.Path(), Size: file.Size()}
	go r.run()
	return r
}

func (r *recorder) run() {
	defer close(r.done)
	for m := range r.queue {
		err := r.file.Append(m)
		c, profiled := m.(profile.Capture)
		r.mu.Lock()
		r.waiting -= len(c.Data)
		r.state.Size, r.state.Err = r.file.Size(), err
		switch {
		case err != nil:
			r.state.Left++
		case profiled:
			r.state.Profiles++
		}
		r.mu.Unlock()
		r.changed()
	}
}

// note queues a message. It never blocks.
func (r *recorder) note(m source.Message) {
	entry, ok := source.Recordable(m)
	if !ok || r.old(entry) {
		return
	}
	c, _ := entry.(profile.Capture)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting+len(c.Data) <= maxWaitingBytes {
		select {
		case r.queue <- entry:
			r.waiting += len(c.Data)
			return
		default:
		}
	}
	r.state.Left++
	r.state.Err = errSlowDisk
}

// old tells whether a status says what the one before it said.
func (r *recorder) old(entry any) bool {
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

func (r *recorder) now() Recording {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// stop writes what waits and ends the file.
func (r *recorder) stop() (Recording, error) {
	close(r.queue)
	<-r.done
	err := r.file.Close()
	st := r.now()
	st.Size = r.file.Size()
	return st, err
}

// Record begins to write all that comes into a file, and what is known now as
// its beginning. It creates the file.
func (w *Session) Record(path string, o recording.Options) error {
	w.mu.Lock()
	busy := w.recorder != nil
	w.mu.Unlock()
	if busy {
		return errors.New("it is being recorded already")
	}
	file, err := recording.Create(path, o)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	r := newRecorder(file, w.wrote)
	h := w.known.builder.History()
	if f := h.Facts(); f != (profile.Facts{}) {
		r.note(source.Facts{Facts: f})
	}
	for _, e := range h.Events() {
		if e.Kind != profile.EventGC && e.Kind != profile.EventVerdict { // a replay sees these by itself
			r.note(source.Event{Event: e})
		}
	}
	for _, k := range w.known.refs {
		if k.newest != nil {
			if c, err := k.newest(); err == nil {
				r.note(source.Capture{Capture: c})
			}
		}
	}
	if rs := h.Readings(); len(rs) > 0 {
		r.note(source.Reading{Reading: rs[len(rs)-1]})
	}
	w.recorder = r
	w.publish()
	return nil
}

// StopRecording ends the file. The error says that it could not be finished.
func (w *Session) StopRecording() (Recording, error) {
	w.mu.Lock()
	r := w.recorder
	w.recorder = nil
	w.mu.Unlock()
	if r == nil {
		return Recording{}, nil
	}
	st, err := r.stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.publish()
	if err == nil && st.Left > 0 {
		err = fmt.Errorf("%d entries could not be written: %w", st.Left, errLeft)
	}
	return st, err
}

var errLeft = errors.New("the disk was full or too slow at times")

// wrote shows that a message could not be written. How the recording goes
// otherwise is in each state.
func (w *Session) wrote() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.recorder != nil && w.recorder.now().Err != nil {
		w.publish()
	}
}
