package session

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// newPoisonedSnapshot returns a profile that makes code panic which adds up its samples: one has no
// stack.
func newPoisonedSnapshot() *profile.Snapshot {
	s := &profile.Snapshot{
		Kind: profile.Heap, Time: at(0), Types: []profile.SampleType{{Name: "inuse_space", Unit: "bytes"}}, Totals: []int64{1},
	}
	s.SetSamples([]profile.Sample{{Values: []int64{1}}})
	return s
}

// wantPanicError checks that a watch ends with an error that says where it panicked.
func wantPanicError(t *testing.T, w *Session, run func(ctx context.Context) error) {
	t.Helper()
	err := run(t.Context())
	p, ok := errors.AsType[*Panic](err)
	if !ok || !strings.Contains(string(p.Stack), "session.(*ingester).apply") {
		t.Fatalf("the watch ended with error %v", err)
	}
	if st := w.State(); !st.Ended || !errors.Is(st.Err, err) {
		t.Errorf("got last state ended %v, error %v", st.Ended, st.Err)
	}
}

// A panic while a moment is read ends the watch, in either of the two reads.
func TestPanicOfAReplayEndsTheWatch(t *testing.T) {
	for name, breaks := range map[string]func(*Player){
		"what is shown first": func(p *Player) { p.refine.isWanted = true },
		"a background read": func(p *Player) {
			p.refine.all = p.rec.KeptSteps(p.at)
			p.startRefining(t.Context())
		},
	} {
		t.Run(name, func(t *testing.T) {
			src, err := source.Open(t.Context(), recordCourse(t), source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			w := New(src)
			w.player.enqueue(func(p *Player) {
				for _, i := range p.stops {
					p.snaps.byStep[i] = newPoisonedSnapshot()
				}
				breaks(p)
			})
			wantPanicError(t, w, w.Run)
		})
	}
}

// asideSource is a source that reports something between its polls, as a pod does.
type asideSource struct{ source.Source }

func (asideSource) Watch(ctx context.Context, send func(source.Message)) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		send(nil) // not a message type
	}()
	<-done
	<-ctx.Done()
	return ctx.Err()
}

func TestPanicBesideASourceEndsTheWatch(t *testing.T) {
	w := New(asideSource{})
	wantPanicError(t, w, w.Run)
}
