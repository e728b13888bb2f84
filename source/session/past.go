package session

import (
	"context"
	"sync"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/source"
)

// Past is the data of the days before the watch from a metrics store, and its judgment.
type Past struct {
	longterm.Data
	Outlook longterm.Outlook
}

// setPast sets the data of a metrics store.
func (in *ingester) setPast(d *longterm.Data) {
	in.past.Store(&Past{Data: *d, Outlook: longterm.Judge(d)})
	in.state.Revision++
	if in.state.Polls > 0 && in.judgeEvery == 0 || in.recorded {
		in.judgeNow()
	}
}

// followPast reads the days before the watch, until the returned function is called. For a
// recording that is read at full speed, it reads them at the end.
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
