package leak

import (
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/ignore"
)

// withIgnored returns in with functions that the user ignores.
func withIgnored(t *testing.T, in Input, patterns ...string) Input {
	t.Helper()
	l, err := ignore.New(patterns...)
	if err != nil {
		t.Fatal(err)
	}
	in.Ignored = l
	return in
}

// An ignored suspect is listed, does not affect the verdict, and leaves the other suspects unchanged.
func TestIgnoredIsListed(t *testing.T) {
	all := Judge(newLeakyInput()).Suspects
	if len(all) < 2 {
		t.Fatalf("got %d suspects", len(all))
	}
	r := Judge(withIgnored(t, newLeakyInput(), all[0].Function))
	if r.Verdict != Leaks || len(r.Ignored) != 1 || r.Ignored[0].Function != all[0].Function || len(r.Suspects) != len(all)-1 {
		t.Errorf("got %s with %d suspects, %d ignored; want a leak with %d and 1", r.Verdict, len(r.Suspects), len(r.Ignored), len(all)-1)
	}
	for i := range newLeakyInput().Heap {
		g := &newLeakyInput().Heap[i]
		if s, ok := r.Suspect(g); ok && s.Function == all[0].Function {
			t.Errorf("%s is still blamed for a group", s.Function)
		}
	}
	if r.Memory.HoursToLimit <= 0 {
		t.Error("ignored growth still counts toward the limit")
	}
	names := []string{"memory outside of Go"}
	for _, s := range all {
		names = append(names, s.Function)
	}
	if r := Judge(withIgnored(t, newLeakyInput(), names...)); r.Verdict == Leaks || len(r.Suspects) > 0 || len(r.Ignored) != len(all) {
		t.Errorf("got %s with suspects %v, %d ignored; want %d", r.Verdict, r.Suspects, len(r.Ignored), len(all))
	}
}

// A service whose only growth is ignored is steady.
func TestIgnoredLeakIsSteady(t *testing.T) {
	in := Input{Now: at(300), Start: began, Heap: []profile.Group{bytesOf(stackOf(put, put), 2048, 400<<10, 300)}, Goroutines: []profile.Group{goroutines(stackOf(serve, netpoll, serve), 0, 300)}}
	for _, p := range in.Heap[0].Points {
		in.Live = append(in.Live, profile.Value{Time: p.Time.AsTime(), V: float64(p.Value + 10<<20)})
	}
	if r := Judge(in); r.Verdict != Leaks {
		t.Fatalf("without an ignore list: got %s (%s)", r.Verdict, r.Caveat)
	}
	if r := Judge(withIgnored(t, in, put.Name)); r.Verdict != Steady || len(r.Ignored) != 1 || len(r.Grew) > 0 {
		t.Errorf("got %s (%s), %d ignored, grew %v; want steady", r.Verdict, r.Caveat, len(r.Ignored), r.Grew)
	}
}
