package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// Answer is what came of asking the target on a key.
type Answer struct {
	Text string // one sentence, for people
	// Longer says that asking for longer may tell more.
	Longer bool
	// Nothing says that nothing was found.
	Nothing bool
}

// errAnother says that an answer is of a process that is gone.
var errAnother = errors.New("the target restarted meanwhile: what it said is of the process before; ask again")

// NameCreators asks for an execution trace of [TraceSeconds], and finds in it
// who starts the goroutines that have no function of the user's on their
// stacks; the judge names them from then on.
func (w *Session) NameCreators(ctx context.Context) error {
	_, err := w.Trace(ctx, TraceSeconds)
	return err
}

// Collect asks for a heap profile right after a garbage collection, and judges
// it as one that was polled. It returns how long that took.
func (w *Session) Collect(ctx context.Context) (time.Duration, error) {
	c, err := w.Source.Fetch(ctx, source.Query{Kind: profile.Heap, GC: true})
	if err != nil {
		return 0, err
	}
	w.Ingest(source.Capture{Capture: c})
	return c.Took, nil
}

// ask gets something from the target that take understands, and has the judge
// take it into account. take is called without the lock; what it returns is
// called with it. An answer of a process that is gone by then is dropped. A
// recording keeps what came, so that a replay can be asked the same.
func (w *Session) ask(ctx context.Context, q source.Query, take func(profile.Capture) (func(*answers), error)) error {
	_, before, _ := w.history().Epoch()
	c, err := w.Fetch(ctx, q)
	if err != nil {
		return err
	}
	change, err := take(c)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	in := w.known
	if _, now, _ := in.builder.History().Epoch(); now != before {
		return errAnother
	}
	change(&in.answers)
	in.answers.changed()
	in.state.Revision++
	in.evaluate()
	w.publish()
	return nil
}

// history is what is known by now.
func (w *Session) history() *profile.History {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.known.builder.History()
}

// builder is what is added to, at the moment that is shown.
func (w *Session) builder() *profile.HistoryBuilder {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.known.builder
}

// many is a number of things: "1 place", "7 places".
func many(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return writeCount(n) + " " + what
}

// note keeps what came of a question among the events.
func (w *Session) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.known.builder.AddEvent(profile.Event{Time: w.known.state.Now, Kind: profile.EventNote, Text: fmt.Sprintf(format, args...)})
	w.publish()
}
