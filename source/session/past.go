package session

import (
	"context"
	"sync"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/source"
)

// Past is what a metrics store has of the target's days before, and what that says.
type Past struct {
	longterm.Data
	Outlook longterm.Outlook
}

// setPast takes over what a metrics store has.
func (in *ingester) setPast(d *longterm.Data) {
	in.past.Store(&Past{Data: *d, Outlook: longterm.Judge(d)})
	in.state.Revision++
	if in.state.Polls > 0 && in.judgeEvery == 0 || in.recorded {
		in.judgeNow()
	}
}

// followPast reads the days before of the target while it is watched, until the returned
// function is called. Of a recording that is read at full speed, they are read at its end.
func followPast(ctx context.Context, s *Session) (finish func()) {
	h, ok := s.Source.(source.HasPast)
	if !ok {
		return func() {}
	}
	reader := h.Past()
	if reader == nil {
		return func() {}
	}
	facts := func() profile.Facts { return s.currentHistory().Facts() }
	if s.silent {
		return func() {
			if ctx.Err() == nil {
				s.Ingest(reader.Load(ctx, facts()))
			}
		}
	}
	reading, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() {
		reader.Follow(reading, facts, s.Ingest)
	})
	return func() {
		stop()
		group.Wait()
		if s.State().Past == nil {
			s.Ingest(reader.Unanswered())
		}
	}
}
