package recording

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

func TestMaxSizeThinsOldDetailFirst(t *testing.T) {
	const most = 1 << 20
	w, err := Create(filepath.Join(t.TempDir(), "long.tar"), Options{Started: t0, MaxSize: most})
	if err != nil {
		t.Fatal(err)
	}
	data := bytes.Repeat([]byte{0x1f, 0x8b, 1, 1}, 1000)
	const polls = 1800
	for i := range polls {
		heap := profile.Capture{Kind: profile.Heap, Time: at(2 * i), Data: data}
		for _, m := range []any{heap, memory.Reading{Time: at(2 * i), Sys: 1}} {
			if err := w.Append(m); err != nil {
				t.Fatal(err)
			}
		}
		if i == 600 {
			if err := w.Append(profile.Event{Time: at(2 * i), Kind: profile.EventRestart, Text: "restarted"}); err != nil {
				t.Fatal(err)
			}
		}
		if info, err := os.Stat(w.Path()); err != nil || info.Size() > most {
			t.Fatalf("after poll %d: got %d bytes: %v", i, info.Size(), err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var times []time.Time
	events := map[profile.EventKind]int{}
	r := openRecording(t, w.Path())
	for _, it := range r.Items {
		if e, ok := it.Message.(profile.Event); ok {
			events[e.Kind]++
		}
		if it.Message == nil {
			times = append(times, it.Time)
		}
	}
	n := len(times)
	if !times[0].Equal(t0) || !times[n-1].Equal(at(2*(polls-1))) {
		t.Errorf("got a range of %v to %v, want the first and last poll", times[0], times[n-1])
	}
	early, late := countBetween(times, at(0), at(600)), countBetween(times, at(2*polls-600), at(2*polls))
	if n < 60 || early >= late/2 || early == 0 {
		t.Errorf("got %d profiles, %d of the first ten minutes and %d of the last", n, early, late)
	}
	if countBetween(times, at(1200), at(1204)) < 2 {
		t.Error("profiles next to the restart were thinned")
	}
	if events[profile.EventRestart] != 1 || events[profile.EventNote] == 0 {
		t.Errorf("got events %v, want the restart and those about thinning", events)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(w.Path()), ".leaktop*")); err != nil || len(left) > 0 {
		t.Errorf("left behind files: %q, %v", left, err)
	}
}

func countBetween(times []time.Time, from, to time.Time) (n int) {
	for _, t := range times {
		if !t.Before(from) && t.Before(to) {
			n++
		}
	}
	return n
}

func TestBoundThatCannotBeKeptIsSaid(t *testing.T) {
	if _, err := Create(filepath.Join(t.TempDir(), "x.tar"), Options{MaxSize: 1}); err == nil || !strings.Contains(err.Error(), "1 MiB") {
		t.Errorf("limit of one byte: got %v", err)
	}
	w, err := Create(filepath.Join(t.TempDir(), "x.tar"), Options{Started: t0, MaxSize: MinMaxSize})
	if err != nil {
		t.Fatal(err)
	}
	big := profile.Capture{Kind: profile.Heap, Time: t0, Data: make([]byte, MinMaxSize)}
	if err := w.Append(big); !errors.Is(err, errFull) {
		t.Errorf("profile larger than the limit: got %v, want ErrFull", err)
	}
	small := profile.Capture{Kind: profile.Heap, Time: at(1), Data: []byte{0x0a, 0}}
	if err := w.Append(small); err != nil {
		t.Errorf("small profile after it: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
