package session

import (
	"context"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/problem"
)

// recordedAnswers has the judge consider what was requested while a recording was made, by
// the user or automatically. A replay considers it from the moment at which it was
// requested, because a live watch knew it then; a recording that is read at full speed, at
// its end.
type recordedAnswers struct {
	rec *source.Recorded
	// bad are the times of those that cannot be read.
	bad map[time.Time]bool
}

func newRecordedAnswers(rec *source.Recorded) *recordedAnswers {
	return &recordedAnswers{rec: rec, bad: map[time.Time]bool{}}
}

// recordedRequests are the requests whose answers the judge considers.
var recordedRequests = []struct {
	query source.Query
	name  string
	// answeredAt returns the time of the newest answer that is considered.
	answeredAt func(*userAnswers) time.Time
	fetch      func(context.Context, *Session) error
}{
	{
		source.Query{Kind: profile.Trace},
		"trace of what starts the suspected goroutines",
		func(a *userAnswers) (at time.Time) {
			if n := len(a.traces); n > 0 {
				at = a.traces[n-1].at
			}
			return at
		},
		func(ctx context.Context, s *Session) error {
			_, err := fetchTrace(ctx, s, TraceSeconds)
			return err
		},
	},
	{
		source.Query{Kind: profile.Goroutine, Debug: 2},
		"full goroutine dump",
		func(a *userAnswers) (at time.Time) {
			if n := len(a.dumps); n > 0 {
				at = a.dumps[n-1].at
			}
			return at
		},
		func(ctx context.Context, s *Session) error {
			_, _, err := fetchDump(ctx, s)
			return err
		},
	},
	{
		source.Query{Kind: profile.GoroutineLeak},
		"profile of leaked goroutines",
		func(a *userAnswers) time.Time { return a.leakedAt },
		func(ctx context.Context, s *Session) error {
			_, _, err := fetchLeaked(ctx, s)
			return err
		},
	},
}

// addAnswers considers the answers of the moment of s that is shown.
func (r *recordedAnswers) addAnswers(ctx context.Context, s *Session) {
	for _, q := range recordedRequests {
		at := r.rec.CaptureTime(q.query)
		if at.IsZero() || r.bad[at] || !lacksAnswer(s, at, q.answeredAt) {
			continue
		}
		if err := q.fetch(ctx, s); err != nil && ctx.Err() == nil {
			r.bad[at] = true
			s.changeState(func(in *ingester) {
				in.addDiagnostic(problem.Diagnose(fmt.Errorf("read the recorded %s: %w", q.name, err), profile.CodeUnreadable, profile.SeverityWarning, q.query.Kind))
			})
		}
	}
}

// lacksAnswer reports whether an answer is about the process that s shows, and newer than
// the one that is considered. The first process may have answered before its first poll.
func lacksAnswer(s *Session, at time.Time, answeredAt func(*userAnswers) time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	start, _, restarted := s.known.builder.History().Epoch()
	return !start.IsZero() && (restarted == "" || !at.Before(start)) && at.After(answeredAt(&s.known.answers))
}

// HasTrace reports whether the judge considers a trace of the current process.
func HasTrace(s *Session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.known.answers.traces) > 0
}
