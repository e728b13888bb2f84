package session

import (
	"context"
	"math"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/dump"
	"github.com/leaktop/leaktop/source"
)

// CohortGap is the minimum time between two full dumps whose goroutines are
// compared: ordinary requests finish in that time.
const CohortGap = 30 * time.Second

// maxDumps is how many full dumps are kept.
const maxDumps = 3

// dumpPauses is how long a full dump pauses a service, by its number of goroutines:
// measured on go1.26 with two cores, idle and loaded.
var dumpPauses = []struct{ n, low, high float64 }{ // seconds
	{1_000, 0.006, 0.02},
	{10_000, 0.2, 0.7},
	{100_000, 3, 8},
}

// PredictPause predicts how long a full dump pauses a service with n goroutines.
func PredictPause(n int) (low, high time.Duration) {
	x := max(1, float64(n))
	i := 0
	for i < len(dumpPauses)-2 && x > dumpPauses[i+1].n {
		i++
	}
	if x < dumpPauses[0].n { // in proportion; all pauses below the table are too short to matter
		share := x / dumpPauses[0].n
		return toDuration(dumpPauses[0].low * share), toDuration(dumpPauses[0].high * share)
	}
	a, b := dumpPauses[i], dumpPauses[i+1]
	at := math.Log(x/a.n) / math.Log(b.n/a.n) // linear on logarithmic axes
	between := func(from, to float64) time.Duration { return toDuration(from * math.Pow(to/from, at)) }
	return between(a.low, b.low), between(a.high, b.high)
}

func toDuration(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// Dump requests a full goroutine dump: the state, waiting time and creator of each
// goroutine. It pauses the target, see [PredictPause]. From the second dump on,
// [CohortGap] after another, it also shows which goroutines stayed.
func (s *Session) Dump(ctx context.Context) (profile.Outcome, error) {
	d, compared, err := fetchDump(ctx, s)
	if err != nil {
		return profile.Outcome{}, err
	}
	o := profile.Outcome{Request: profile.RequestDump, Goroutines: d.N, Places: len(d.Groups), Compared: compared, Truncated: d.Truncated}
	s.addOutcome(o)
	return o, nil
}

// fetchDump fetches a full goroutine dump, and has the judge consider it. compared
// means that there was an earlier one to compare it with.
func fetchDump(ctx context.Context, s *Session) (d dump.Dump, compared bool, err error) {
	err = s.fetchAnswer(ctx, source.Query{Kind: profile.Goroutine, Debug: 2}, func(c profile.Capture) (func(*userAnswers), error) {
		var err error
		if d, err = dump.Parse(c.Data); err != nil {
			return nil, err
		}
		full := newFullDump(c.Time, d)
		return func(a *userAnswers) {
			a.dumps = append(a.dumps, full)
			if n := len(a.dumps); n > maxDumps {
				// The second-oldest is dropped: the first spans the longest time.
				a.dumps = append(a.dumps[:1:1], a.dumps[n-maxDumps+1:]...)
			}
			_, compared = a.dumpToCompare()
		}, nil
	})
	return d, compared, err
}
