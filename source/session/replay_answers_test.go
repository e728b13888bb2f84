package session

import (
	"path/filepath"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/target"
)

// recordAnswers records four polls, and between the second and the third what the user
// requested then.
func recordAnswers(t *testing.T, requested ...profile.Capture) target.Target {
	t.Helper()
	path := filepath.Join(t.TempDir(), "answers.tar")
	w, err := recording.Create(path, recording.Options{Target: "shop", Started: at(0)})
	if err != nil {
		t.Fatal(err)
	}
	poll := func(seconds int) profile.Capture {
		return profile.Capture{Kind: profile.Goroutine, Time: at(seconds), Data: newCanned(t).answer["goroutine"]}
	}
	for _, c := range append(append([]profile.Capture{poll(0), poll(10)}, requested...), poll(20), poll(30)) {
		if err := w.Append(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return target.Target{Scheme: target.SchemeFile, Name: "answers.tar", Paths: []string{path}}
}

// A replay considers what was requested while it was recorded, as the live watch did and
// check does, and does so from the moment of the request.
func TestReplayConsidersRecordedAnswers(t *testing.T) {
	answers := newCanned(t).answer
	w := openReplay(t, recordAnswers(
		t,
		profile.Capture{Kind: profile.Goroutine, Debug: 2, Time: at(12), Data: answers["goroutine2"]},
		profile.Capture{Kind: profile.GoroutineLeak, Time: at(15), Data: answers["goroutineleak"]},
	))
	isKnown := func(seconds int) func(State) bool {
		return func(st State) bool {
			k := factsOf(st, "main.nilRecv", "")
			return isWhole(seconds)(st) && k.Leaked && k.Dumped.Equal(at(12))
		}
	}
	nextState(w, isKnown(30))
	for range 3 {
		w.Player().Seek(at(10))
		if st := nextState(w, isWhole(10)); len(st.Known) > 0 {
			t.Fatalf("before the requests: got facts on %d stacks, want none", len(st.Known))
		}
		w.Player().Seek(at(20))
		nextState(w, isKnown(20))
	}
}

// An answer that cannot be read is a diagnostic, once.
func TestUnreadableRecordedAnswer(t *testing.T) {
	w := openReplay(t, recordAnswers(t, profile.Capture{Kind: profile.Trace, Seconds: 3, Time: at(12), Data: []byte("no trace")}))
	hasDiagnostic := func(st State) bool {
		n := 0
		for _, d := range st.Diagnostics {
			if d.Code == profile.CodeUnreadable && d.Kind == profile.Trace {
				n++
			}
		}
		if n > 1 {
			t.Errorf("got %d diagnostics, want 1", n)
		}
		return n == 1
	}
	nextState(w, hasDiagnostic)
}
