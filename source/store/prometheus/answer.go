package prometheus

import (
	"context"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/store"
)

// answer is the answer to a query, which may be pending.
type answer struct {
	done   chan struct{} // closed when the fields below are set
	matrix Matrix
	err    error
}

// maxMemo is the maximum number of cached answers.
const maxMemo = 64

// query sends a query, or waits for the answer to the same one. Answers are cached, but not
// failures.
func (r *Reader) query(ctx context.Context, text string, w store.Window, step time.Duration) (Matrix, error) {
	key := fmt.Sprint(text, w.From.UnixMilli(), w.To.UnixMilli(), step)
	for {
		r.mu.Lock()
		a, ok := r.memo[key]
		if !ok {
			a = &answer{done: make(chan struct{})}
			if len(r.memo) >= maxMemo {
				clear(r.memo)
			}
			r.memo[key] = a
		}
		r.mu.Unlock()
		if !ok {
			a.matrix, a.err = r.client.Range(ctx, text, w, step)
			if a.err != nil {
				r.mu.Lock()
				delete(r.memo, key)
				r.mu.Unlock()
			}
			close(a.done)
			return a.matrix, a.err
		}
		select {
		case <-a.done:
		case <-ctx.Done():
			return Matrix{}, context.Cause(ctx)
		}
		if a.err == nil || ctx.Err() != nil {
			return a.matrix, a.err
		}
		if store.IsRefused(a.err) {
			return a.matrix, a.err
		}
	}
}

// clockEvery is how often the server is asked for its time.
const clockEvery = 10 * time.Minute

// serverNow returns the time on the server's clock.
func (r *Reader) serverNow(ctx context.Context) (time.Time, error) {
	r.mu.Lock()
	known := !r.asked.IsZero() && time.Since(r.asked) < clockEvery
	now := time.Now().Add(r.clock)
	r.mu.Unlock()
	if known {
		return now, nil
	}
	a, err := r.client.Instant(ctx, "time()")
	if err != nil {
		return now, err
	}
	if len(a.Series) == 0 {
		return time.Now(), nil
	}
	r.setClock(a)
	return time.Now().Add(r.clockOffset()), nil
}

// setClock sets the offset of the server's clock from the answer to an instant query, whose
// values have the server's time.
func (r *Reader) setClock(a Matrix) {
	at := a.Series[0].Points[0].Time
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = time.Now()
	r.clock = at.Sub(r.asked)
	r.skewed = r.clock.Abs() > store.MaxClockSkew
	if !r.skewed {
		r.clock = 0
	}
}

func (r *Reader) clockOffset() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.clock
}

func (r *Reader) isSkewed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.skewed
}

// diagnoseSkew says that the clocks differ.
func (r *Reader) diagnoseSkew() profile.Diagnostic {
	by, which := r.clockOffset(), "ahead of"
	if by < 0 {
		by, which = -by, "behind"
	}
	return profile.Diagnostic{
		Code: profile.CodeClockSkew, Severity: profile.SeverityWarning,
		What: fmt.Sprintf("the clock of %s is %s %s this machine's; its values have its own times", r.o.Name, quantity.Duration(by), which),
		Next: "correct the clocks of both",
	}
}

func clipText(text string, n int) string { return plain.Clip(text, n) }
