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
	// MayHelpLonger says that asking for longer may tell more.
	MayHelpLonger bool
	// Empty says that nothing was found.
	Empty bool
}

// errOtherProcess says that an answer is of a process that is gone.
var errOtherProcess = errors.New("the target restarted meanwhile: what it said is of the process before; ask again")

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

// fetchAnswer gets something from the target that take understands, and has the judge
// take it into account. take is called without the lock; what it returns is
// called with it. An answer of a process that is gone by then is dropped. A
// recording keeps what came, so that a replay can be asked the same.
func (w *Session) fetchAnswer(ctx context.Context, q source.Query, take func(profile.Capture) (func(*userAnswers), error)) error {
	_, before, _ := w.currentHistory().Epoch()
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
		return errOtherProcess
	}
	change(&in.answers)
	in.answers.resetMatches()
	in.state.Revision++
	in.judgeNow()
	w.publishState()
	return nil
}

// currentHistory returns what is known by now.
func (w *Session) currentHistory() *profile.History {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.known.builder.History()
}

// currentBuilder returns what is added to, at the moment that is shown.
func (w *Session) currentBuilder() *profile.HistoryBuilder {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.known.builder
}

// countNoun returns a number of things: "1 place", "7 places".
func countNoun(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return writeCount(n) + " " + what
}

// addNote keeps what came of a question among the events.
func (w *Session) addNote(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.known.builder.AddEvent(profile.Event{Time: w.known.state.Now, Kind: profile.EventNote, Text: fmt.Sprintf(format, args...)})
	w.publishState()
}
