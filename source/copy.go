package source

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/poll"
	"github.com/leaktop/leaktop/source/store"
)

// uploadPatience is how long to keep retrying to send one profile of a recording.
const uploadPatience = time.Minute

// Upload sends the profiles of a recording to a store. It calls progress after each
// profile. It returns how many were sent, and how many the store refused, with the last
// reason. It fails if the store refuses the first profile.
func (r *Recorded) Upload(ctx context.Context, s *Sink, progress func(sent, all int)) (st Push, err error) {
	st.Store = s.Name()
	var facts profile.Facts
	steps := r.Steps()
	all := 0
	for _, step := range steps {
		if _, ok := profileNames[step.Kind]; ok {
			all++
		}
	}
	for _, step := range steps {
		m, err := r.ReadStep(step)
		if err != nil {
			st.Dropped++
			st.Err = err
			continue
		}
		switch m := m.(type) {
		case Facts:
			facts = facts.Merge(m.Facts)
		case Capture:
			err := s.writeAgain(ctx, s.Labels(facts, r.Name()), m.Capture)
			switch {
			case err == nil:
				st.Sent++
			case isHopeless(err) && st.Sent > 0:
				st.Dropped++
				st.Err = err
			default:
				return st, err
			}
			progress(st.Sent+st.Dropped, all)
		}
	}
	return st, nil
}

// writeAgain writes a profile, with retries if those may succeed.
func (s *Sink) writeAgain(ctx context.Context, l store.Labels, c profile.Capture) error {
	pause := firstPause
	for begun := time.Now(); ; pause *= 2 {
		err := s.Write(ctx, l, c)
		if err == nil || isHopeless(err) || ctx.Err() != nil || time.Since(begun)+pause > uploadPatience {
			return err
		}
		if poll.SleepFor(ctx, pause) != nil {
			return context.Cause(ctx)
		}
	}
}

// CopyTo passes each step of a recording to write, as converted by [Recordable], and at the
// end the data of the days before, if a metrics store has it. It returns how many profiles
// were written.
func (r *Recorded) CopyTo(ctx context.Context, write func(entry any) error) (profiles int, err error) {
	var facts profile.Facts
	for _, st := range r.Steps() {
		if ctx.Err() != nil {
			return profiles, context.Cause(ctx)
		}
		m, err := r.ReadStep(st)
		if err != nil {
			return profiles, fmt.Errorf("copy recording: %w", err)
		}
		if f, ok := m.(Facts); ok {
			facts = facts.Merge(f.Facts)
		}
		entry, ok := Recordable(m)
		if !ok {
			continue
		}
		if err := write(entry); err != nil {
			return profiles, err
		}
		if _, ok := entry.(profile.Capture); ok {
			profiles++
		}
	}
	if profiles == 0 {
		return 0, errors.New("copy recording: it has no profiles")
	}
	if p := r.Past(); p != nil {
		if entry, ok := Recordable(p.Load(ctx, facts)); ok {
			return profiles, write(entry)
		}
	}
	return profiles, nil
}
