package recording

import (
	"context"
	"strconv"
	"time"
)

// progress tells the user how far an opening is that takes long, and ends it when the
// user does.
type progress struct {
	ctx     context.Context
	tell    func(text string) // may be nil
	what    string            // that is opened
	next    time.Time
	counted int
}

// tellAfter is how long an opening takes before it tells how far it is, and the time
// between two of its lines.
const tellAfter = 2 * time.Second

func newProgress(ctx context.Context, what string, tell func(string)) *progress {
	return &progress{ctx: ctx, tell: tell, what: what, next: time.Now().Add(tellAfter)}
}

// step counts one entry. It returns an error once the opening is to end.
func (p *progress) step(doing string) error {
	if p.ctx.Err() != nil {
		return context.Cause(p.ctx)
	}
	p.counted++
	if now := time.Now(); p.tell != nil && now.After(p.next) {
		p.next = now.Add(tellAfter)
		p.tell(doing + " " + p.what + ": " + strconv.Itoa(p.counted) + " so far")
	}
	return nil
}

// begin counts from 0 again, for the next part of an opening.
func (p *progress) begin() { p.counted = 0 }
