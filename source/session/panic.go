package session

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/leaktop/leaktop/source"
)

// Panic is a bug in leaktop that ended a watch.
type Panic struct {
	Value any
	Stack []byte
}

// Error implements error.
func (p *Panic) Error() string {
	return fmt.Sprintf("the watch ended because of a bug in leaktop: panic: %v", p.Value)
}

// recoverPanic is deferred in every goroutine: an unrecovered panic would leave the
// terminal in the view's mode.
func recoverPanic(then func(*Panic)) {
	if v := recover(); v != nil {
		then(&Panic{v, debug.Stack()})
	}
}

// watchSource receives the source's messages until ctx ends. Sources send from
// goroutines of their own, so panics are caught at each message.
func (s *Session) watchSource(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	defer s.settleRounds(func(p *Panic) { stop(p) })()
	err := s.Source.Watch(ctx, func(m source.Message) {
		defer recoverPanic(func(p *Panic) { stop(p) })
		s.Ingest(m)
	})
	if p, ok := errors.AsType[*Panic](context.Cause(ctx)); ok {
		return p
	}
	return err
}

// Guard calls f, and returns a panic in it as a [*Panic].
func Guard(f func() error) (err error) {
	defer recoverPanic(func(p *Panic) { err = p })
	return f()
}
