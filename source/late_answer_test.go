package source

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/poll"
	"github.com/leaktop/leaktop/source/target"
)

// A poll that hangs is reported while it hangs, not only once it has failed. A poll that is only slow is not reported.
func TestLateAnswerIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parsed, err := target.Parse(":6060")
		if err != nil {
			t.Fatal(err)
		}
		h, err := newHTTP(parsed, Options{}.withDefaults(), nil)
		if err != nil {
			t.Fatal(err)
		}
		var waits []time.Duration
		w := &watch{h: h, goroutines: 12, send: func(m Message) {
			if s, ok := m.(Status); ok && !s.WaitingSince.IsZero() {
				waits = append(waits, s.Time.Sub(s.WaitingSince))
				if s.Goroutines != 0 || len(s.Endpoints) != 2 {
					t.Errorf("the status of a late response has %d goroutines of %d endpoints, but nothing was counted", s.Goroutines, len(s.Endpoints))
				}
			}
		}}
		takes := time.Duration(0)
		silent := errors.New("silent")
		answer := func(context.Context) (time.Duration, error) {
			time.Sleep(takes)
			return 0, silent
		}
		w.poller = poll.Poller{StartAwait: w.reportLateAnswer, Endpoints: []*poll.Endpoint{{Kind: Index, Poll: answer}, {Kind: profile.Heap, Poll: answer}}}
		for _, tt := range []struct {
			takes time.Duration
			want  []time.Duration
		}{{time.Second, nil}, {4500 * time.Millisecond, []time.Duration{2 * time.Second, 3 * time.Second, 4 * time.Second}}} {
			waits, takes = nil, tt.takes
			if err := w.poller.PollOnce(t.Context(), w.poller.Endpoints[0]); !errors.Is(err, silent) {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second) // nothing more is reported
			if diff := cmp.Diff(tt.want, waits); diff != "" {
				t.Errorf("response after %v (-want +got):\n%s", tt.takes, diff)
			}
		}
	})
}
