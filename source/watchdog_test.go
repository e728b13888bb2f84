package source

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestWatchdog(t *testing.T) {
	for _, c := range []struct {
		name    string
		feedAt  time.Duration // 0: never
		stopAt  time.Duration // 0: never
		expires time.Duration // 0: never
	}{
		{"silence", 0, 0, 8 * time.Second},
		{"fed once", 5500 * time.Millisecond, 0, 13500 * time.Millisecond},
		{"fed after its end", 9 * time.Second, 0, 8 * time.Second},
		{"stopped", 0, 7900 * time.Millisecond, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				var expired []time.Duration
				w := startWatchdog(8*time.Second, func() { expired = append(expired, time.Since(began)) })
				if c.feedAt > 0 {
					time.AfterFunc(c.feedAt, w.feed)
				}
				if c.stopAt > 0 {
					time.AfterFunc(c.stopAt, w.stop)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				if c.expires == 0 && len(expired) > 0 || c.expires > 0 && (len(expired) != 1 || expired[0] != c.expires) {
					t.Errorf("it expired after %v; want %v, once", expired, c.expires)
				}
			})
		})
	}
}
