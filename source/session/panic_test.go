package session

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// poisoned is a profile that breaks who counts it: a sample without a stack.
func poisoned() *profile.Snapshot {
	return &profile.Snapshot{
		Kind: profile.Heap, Time: at(0), Types: []profile.SampleType{{Name: "inuse_space", Unit: "bytes"}},
		Totals: []int64{1}, Samples: []profile.Sample{{Values: []int64{1}}},
	}
}

// ends checks that a watch ends by a panic, and says where it was.
func ends(t *testing.T, w *Session, run func(ctx context.Context) error) {
	t.Helper()
	err := run(t.Context())
	p, ok := errors.AsType[*Panic](err)
	if !ok || !strings.Contains(string(p.Stack), "session.(*ingester).apply") {
		t.Fatalf("the watch ended with %v", err)
	}
	if st := w.State(); !st.Ended || !errors.Is(st.Err, err) {
		t.Errorf("the last state says %v, %v", st.Ended, st.Err)
	}
}

// A profile that breaks the reading of a moment ends the watch, whichever of the
// two readings it is.
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
					p.snaps.byStep[i] = poisoned()
				}
				breaks(p)
			})
			ends(t, w, w.Run)
		})
	}
}

// aside is a source that reports something apart from its polls, as a pod does.
type aside struct{ source.Source }

func (aside) Watch(ctx context.Context, send func(source.Message)) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		send(nil) // no type of message
	}()
	<-done
	<-ctx.Done()
	return ctx.Err()
}

func TestPanicBesideASourceEndsTheWatch(t *testing.T) {
	w := New(aside{})
	ends(t, w, w.Run)
}
