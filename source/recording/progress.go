package recording

import (
	"context"
	"strconv"
	"time"
)

// progress tells the user the progress of an opening that takes long, and ends it if
// the user quits.
type progress struct {
	ctx     context.Context
	tell    func(text string) // may be nil
	what    string            // that is opened
	next    time.Time
	counted int
}

// tellAfter is the delay of the first line about the progress, and the time between two
// lines.
const tellAfter = 2 * time.Second

func newProgress(ctx context.Context, what string, tell func(string)) *progress {
	return &progress{ctx: ctx, tell: tell, what: what, next: time.Now().Add(tellAfter)}
}

// step counts one entry. It returns an error if the opening must end.
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

// begin starts counting from 0, for the next part of an opening.
func (p *progress) begin() { p.counted = 0 }
