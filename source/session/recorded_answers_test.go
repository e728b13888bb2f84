package session

import (
	"path/filepath"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/target"
)

// recordAnswers records four polls, with the user's requests between the second and the
// third.
func recordAnswers(t *testing.T, requested ...any) target.Target {
	t.Helper()
	path := filepath.Join(t.TempDir(), "answers.tar")
	w, err := recording.Create(path, recording.Options{Target: "shop", Started: at(0)})
	if err != nil {
		t.Fatal(err)
	}
	poll := func(seconds int) profile.Capture {
		return profile.Capture{Kind: profile.Goroutine, Time: at(seconds), Data: newCanned(t).answer["goroutine"]}
	}
	for _, c := range append(append([]any{poll(0), poll(10)}, requested...), poll(20), poll(30)) {
		if err := w.Append(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return target.Target{Scheme: target.SchemeFile, Name: "answers.tar", Paths: []string{path}}
}

// A replay considers the answers to recorded requests, from the moment of the request on, as
// the live watch did and check does.
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

// If a recording is read at full speed, as by check, it considers the same answers as a
// replay at its end: those about the last process.
func TestFullSpeedConsidersRecordedAnswers(t *testing.T) {
	answers := newCanned(t).answer
	restart := profile.Event{Time: at(14), Kind: profile.EventRestart, Text: "restarted, OOMKilled"}
	proof := profile.Capture{Kind: profile.GoroutineLeak, Time: at(22), Data: answers["goroutineleak"]}
	for _, tt := range []struct {
		name             string
		dumped           int
		between          []any
		isDumped, proven bool
	}{
		{"one process", 12, nil, true, true},
		{"before its first poll", -1, nil, true, true},
		{"an earlier process", 12, []any{restart}, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dump := profile.Capture{Kind: profile.Goroutine, Debug: 2, Time: at(tt.dumped), Data: answers["goroutine2"]}
			file := recordAnswers(t, append(append([]any{dump}, tt.between...), proof)...)
			src, err := source.Open(t.Context(), file, source.Options{FullSpeed: true})
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			fast := New(src)
			if err := fast.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			has := func(st State) bool {
				k := factsOf(st, "main.nilRecv", "")
				return k.Leaked == tt.proven && k.Dumped.IsZero() != tt.isDumped
			}
			if !has(fast.State()) {
				t.Errorf("at full speed: got %+v", factsOf(fast.State(), "main.nilRecv", ""))
			}
			nextState(openReplay(t, file), func(st State) bool { return isWhole(30)(st) && has(st) })
		})
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
