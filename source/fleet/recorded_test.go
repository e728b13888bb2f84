package fleet

import (
	"context"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/source/sourcetest"
)

// A member that left the recorded fleet is gone in its replay from that moment on, and also if
// everything is read at once.
func TestReplayOfGone(t *testing.T) {
	t.Parallel()
	recorded := func() Static {
		out := Static{Title: "recorded"}
		for _, file := range []string{"leaking", "steady"} {
			out.Targets = append(out.Targets, Target{ID: file, Name: file, Open: func(ctx context.Context, o source.Options) (source.Source, error) {
				return source.Open(ctx, sourcetest.Parse(t, "../../testdata/check/"+file+".tar"), o)
			}})
		}
		out.Targets[0].Left = time.Date(2026, 11, 24, 11, 56, 0, 0, time.UTC) // the other one continues
		return out
	}
	r := startFleet(t, recorded(), Options{Recorded: true, Source: source.Options{FullSpeed: true}})
	r.waitUntil(t, "the end", func(st State) bool { return st.Ended })
	if s := r.State().Comparison.Summary; s.Gone != 1 || s.Members != 1 {
		t.Errorf("at full speed: %+v", s)
	}
	r = startFleet(t, recorded(), Options{Recorded: true})
	st := r.waitUntil(t, "the end of both", func(st State) bool {
		x, _ := st.Replay()
		return len(x.members) == 2 && st.Comparison.Summary.Gone == 1 && x.At.Equal(x.To)
	})
	if m, _ := st.Find("leaking"); !m.IsGone() {
		t.Error("the wrong one is gone")
	}
	x, _ := st.Replay()
	x.Seek(recorded().Targets[0].Left.Add(-30 * time.Second))
	r.waitUntil(t, "the time before", func(st State) bool { s := st.Comparison.Summary; return s.Gone == 0 && s.Members == 2 })
	x.Seek(x.From.Add(time.Second)) // the second recording begins 39 s later
	st = r.waitUntil(t, "the beginning", func(st State) bool { return len(st.Members) == 1 })
	if st.Members[0].ID != "leaking" {
		t.Error("the one that had not begun is shown")
	}
	x, _ = st.Replay()
	session.SetSpeed(st.Members[0].Session().Player(), 1)
	x.Toggle()
	// On a busy machine both may have reached their ends before the test sees a state.
	hasPlayed := func(m Member) bool { return m.State.Replay.Playing || m.State.Replay.At.Equal(m.State.Replay.To) }
	st = r.waitUntil(t, "both to play", func(st State) bool {
		return len(st.Members) == 2 && hasPlayed(st.Members[0]) && hasPlayed(st.Members[1])
	})
	if a, b := st.Members[0].State.Replay.Speed, st.Members[1].State.Replay.Speed; a != b {
		t.Errorf("they play at %gx and %gx", a, b)
	}
}
