package session

import (
	"context"
	"errors"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// ErrNoLeakProfile says what is required to prove leaks.
var ErrNoLeakProfile = errors.New("this service cannot prove leaks: it must be built with Go 1.27, or with Go 1.26 and GOEXPERIMENT=goroutineleakprofile")

// ProveLeaks requests the goroutines that the runtime knows to be blocked forever,
// from the goroutineleak profile; the judge calls them proven from then on. It runs
// a special collection in the target. The error is [ErrNoLeakProfile] if the target
// does not support it.
func (s *Session) ProveLeaks(ctx context.Context) (profile.Outcome, error) {
	if !slices.Contains(s.Source.Offers(), profile.GoroutineLeak) {
		return profile.Outcome{}, ErrNoLeakProfile
	}
	total, places, err := fetchLeaked(ctx, s)
	if err != nil {
		return profile.Outcome{}, err
	}
	o := profile.Outcome{Request: profile.RequestProof, Goroutines: int(total), Places: places}
	s.addOutcome(o)
	return o, nil
}

// fetchLeaked fetches the goroutines that are blocked forever, and has the judge
// consider them. It returns how many there are, in how many places.
func fetchLeaked(ctx context.Context, s *Session) (total int64, places int, err error) {
	err = s.fetchAnswer(ctx, source.Query{Kind: profile.GoroutineLeak}, func(c profile.Capture) (func(*userAnswers), error) {
		snap, err := s.currentBuilder().Keep(c)
		if err != nil {
			return nil, err
		}
		leaked := map[string]bool{}
		for _, sm := range snap.Samples() {
			if n := sm.Values[0]; n > 0 {
				leaked[profile.StackKey(sm.Stack.Places(), true)] = true
				total += n
				places++
			}
		}
		return func(a *userAnswers) { a.leaked, a.leakedAt = leaked, c.Time }, nil
	})
	return total, places, err
}
