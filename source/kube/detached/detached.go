// Package detached calls functions that ignore their context, or take none.
package detached

import "context"

// Run calls f in a goroutine and returns when f does or ctx ends, whichever is
// first. client-go runs credential plugins and opens streams without a context, so
// such a call is abandoned instead of awaited. If it succeeds later, late disposes of
// its result.
func Run[T any](ctx context.Context, f func() (T, error), late func(T)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result) // unbuffered: either the caller takes the result or late does
	go func() {
		value, err := f()
		select {
		case done <- result{value, err}:
		case <-ctx.Done():
			if err == nil {
				late(value)
			}
		}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
