package source

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/decode"
	"github.com/leaktop/leaktop/source/poll"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/store"
)

// Outbox sends the profiles that a watch receives to a store. Profiles that the store
// cannot accept at the moment wait on disk, within a bound, and are sent later, in order.
type Outbox struct {
	sink    *Sink
	target  string
	changed func()
	dir     string
	max     int64 // bytes that may wait
	in      chan Message
	spooled chan struct{} // closed when nothing more comes
	wake    chan struct{}
	cancel  context.CancelFunc
	group   sync.WaitGroup

	mu     sync.Mutex // guards the fields below
	queue  []waiting
	size   int64 // bytes of the queue
	number int
	state  Push
}

// Push is the state of sending to a store.
type Push struct {
	Store   string
	Sent    int // profiles
	Waiting int
	Dropped int // profiles that were lost, because too many waited or the store refused them
	// Err is why the last attempt failed, nil if it succeeded.
	Err error
}

// waiting is a profile in the queue.
type waiting struct {
	path   string
	size   int64
	labels store.Labels
	about  profile.Capture // without data
}

// maxSpool bounds the profiles that wait on disk, in bytes: hours of a typical service.
const maxSpool = 256 << 20

// NewOutbox returns an outbox for a target. It keeps waiting profiles in a folder below
// dir, or below the system's folder for temporary files if dir is empty. changed is called
// after each attempt to send.
func (s *Sink) NewOutbox(dir, target string, changed func()) (*Outbox, error) {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			dir = ""
		}
	}
	spool, err := os.MkdirTemp(dir, "outbox-") // 0700
	if err != nil {
		return nil, fmt.Errorf("keep waiting profiles on disk: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	o := &Outbox{
		sink: s, target: target, changed: changed, dir: spool, max: maxSpool, cancel: cancel,
		in: make(chan Message, 64), spooled: make(chan struct{}), wake: make(chan struct{}, 1), state: Push{Store: s.Name()},
	}
	o.group.Go(o.spool)
	o.group.Go(func() { o.send(ctx) })
	return o, nil
}

// Add adds a message, and copies the data of a profile. It never blocks: if the disk is too
// slow for a profile, the profile is dropped and counted.
func (o *Outbox) Add(m Message) {
	switch c := m.(type) {
	case Capture:
		c.Data = slices.Clone(c.Data)
		m = c
	case Facts:
	default:
		return
	}
	select {
	case o.in <- m:
	default:
		o.drop(1, errors.New("the disk cannot keep up"))
	}
}

func (o *Outbox) drop(n int, why error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.state.Dropped += n
	o.state.Err = why
}

// State returns the state of sending.
func (o *Outbox) State() Push {
	o.mu.Lock()
	defer o.mu.Unlock()
	st := o.state
	st.Waiting = len(o.queue)
	return st
}

// spool writes arriving profiles to disk until they are sent. It skips polls that repeat
// the previous one.
func (o *Outbox) spool() {
	defer close(o.spooled)
	var facts profile.Facts
	last, seed := map[profile.Kind]uint64{}, maphash.MakeSeed()
	for m := range o.in {
		switch m := m.(type) {
		case Facts:
			facts = facts.Merge(m.Facts)
		case Capture:
			if _, ok := profileNames[m.Kind]; !ok || m.Debug != 0 {
				continue
			}
			sum, err := decode.ContentHash(m.Data, seed)
			if err == nil && sum == last[m.Kind] {
				continue
			}
			last[m.Kind] = sum
			if err == nil {
				err = o.appendToQueue(m.Capture, o.sink.Labels(facts, o.target))
			}
			if err != nil {
				o.drop(1, err)
			}
		}
	}
}

// appendToQueue appends a profile to the queue, dropping the oldest if too many wait.
func (o *Outbox) appendToQueue(c profile.Capture, l store.Labels) error {
	o.mu.Lock()
	o.number++
	path := filepath.Join(o.dir, fmt.Sprintf("%09d", o.number))
	o.mu.Unlock()
	if err := os.WriteFile(path, c.Data, 0o600); err != nil {
		return errors.Join(fmt.Errorf("keep a profile for the store: %w", err), os.Remove(path))
	}
	w := waiting{path: path, size: int64(len(c.Data)), labels: l, about: c}
	w.about.Data = nil
	o.mu.Lock()
	o.queue, o.size = append(o.queue, w), o.size+w.size
	for o.size > o.max && len(o.queue) > 1 {
		old := o.queue[0]
		o.queue, o.size = o.queue[1:], o.size-old.size
		o.state.Dropped++
		_ = os.Remove(old.path) // the folder is removed at the end
	}
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default:
	}
	return nil
}

// Pauses between two attempts to send.
const (
	firstPause = time.Second
	maxPause   = time.Minute
)

// send sends the queue in order until ctx ends, or all is sent and nothing more comes.
func (o *Outbox) send(ctx context.Context) {
	pause := firstPause
	for {
		w, ok := o.first()
		if !ok {
			select {
			case <-o.wake:
				continue
			case <-o.spooled:
				if _, more := o.first(); more {
					continue
				}
				return
			case <-ctx.Done():
				return
			}
		}
		err := o.sendOne(ctx, w)
		if ctx.Err() != nil {
			return
		}
		o.finishSend(w, err)
		o.changed()
		if err == nil || isHopeless(err) {
			pause = firstPause
			continue
		}
		if p, ok := errors.AsType[*problem.Problem](err); ok {
			pause = max(pause, p.RetryAfter)
		}
		if poll.SleepFor(ctx, pause) != nil {
			return
		}
		pause = min(2*pause, maxPause)
	}
}

func (o *Outbox) first() (waiting, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) == 0 {
		return waiting{}, false
	}
	return o.queue[0], true
}

func (o *Outbox) sendOne(ctx context.Context, w waiting) error {
	data, err := os.ReadFile(w.path)
	if err != nil {
		return fmt.Errorf("%w: %w", errLost, err)
	}
	c := w.about
	c.Data = data
	return o.sink.Write(ctx, w.labels, c)
}

// errLost reports that a waiting profile is no longer on disk.
var errLost = errors.New("a profile that waited for the store is gone")

// finishSend removes a profile from the queue, unless it is to be sent again.
func (o *Outbox) finishSend(w waiting, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.state.Err = err
	switch {
	case err == nil:
		o.state.Sent++
	case isHopeless(err), errors.Is(err, errLost):
		o.state.Dropped++
	default:
		return
	}
	if len(o.queue) > 0 && o.queue[0].path == w.path { // unless it has been dropped since
		o.queue, o.size = o.queue[1:], o.size-w.size
	}
	_ = os.Remove(w.path) // the folder is removed at the end
}

// Close sends the waiting profiles, for at most the given time, and returns the final
// state. What is left is dropped and counted. Add must not be called after Close.
func (o *Outbox) Close(within time.Duration) (Push, error) {
	close(o.in)
	timer := time.AfterFunc(within, o.cancel)
	defer timer.Stop()
	o.group.Wait()
	o.cancel()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.state.Dropped += len(o.queue)
	o.queue = nil
	return o.state, errors.Join(os.RemoveAll(o.dir), o.sink.Close())
}
