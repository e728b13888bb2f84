package profile

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/google/pprof/profile"
)

// TestRepeatIsNotDecodedAgain checks that a profile which differs from the previous one only in its time is
// not decoded again, while any other difference is noticed.
func TestRepeatIsNotDecodedAgain(t *testing.T) {
	raw, err := os.ReadFile("testdata/small_heap_060.pb.gz")
	if err != nil {
		t.Fatal(err)
	}
	p, err := profile.ParseData(raw)
	if err != nil {
		t.Fatal(err)
	}
	written := func(change func()) []byte {
		change()
		var out bytes.Buffer
		if err := p.Write(&out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	h := NewHistoryBuilder()
	read := func(kind Kind, sec int, data []byte) *Snapshot {
		s, err := h.ParseCapture(Capture{Kind: kind, Time: time.Unix(int64(sec), 0), Data: data})
		if err != nil {
			t.Fatal(err)
		}
		if s.Time.Unix() != int64(sec) {
			t.Errorf("got time %v, want second %d", s.Time, sec)
		}
		return s
	}
	first := read(Heap, 1, written(func() {}))
	again := read(Heap, 3, written(func() { p.TimeNanos += 2e9 }))
	if !first.sharesSamples(again) || first.Time.Unix() != 1 {
		t.Error("a repeated profile was decoded again, or the time of the first one changed")
	}
	if s := read(Allocs, 5, written(func() {})); again.sharesSamples(s) || s.Kind != Allocs {
		t.Error("a profile of another kind is taken for a repeat")
	}
	more := read(Heap, 7, written(func() { p.Sample[3].Value[2]++ }))
	if again.sharesSamples(more) || more.Totals[2] != again.Totals[2]+1 {
		t.Errorf("one object more: got totals %v after %v", more.Totals, again.Totals)
	}
	named := read(Heap, 9, written(func() { p.Function[5].Name += "x" }))
	if more.sharesSamples(named) {
		t.Error("a profile with another name is taken for a repeat")
	}
	if s, err := h.ParseCapture(Capture{Kind: Heap, Data: written(func() {})}); err != nil || s.Time.UnixNano() != p.TimeNanos {
		t.Errorf("got error %v and time %v, want the profile's own time", err, s.Time)
	}
}

// A profile in the old text format is not protobuf, so it is never recognized as a repeat.
func TestLegacyTextIsNeverARepeat(t *testing.T) {
	h := NewHistoryBuilder()
	for i, data := range []string{"goroutine profile: total 2\n2 @ 0x1 0x2\n", "goroutine profile: total 3\n3 @ 0x1 0x2\n"} {
		s, err := h.ParseCapture(Capture{Kind: Goroutine, Time: time.Unix(int64(i), 0), Data: []byte(data)})
		if err != nil || s.Totals[0] != int64(i+2) {
			t.Errorf("got %v, %+v", err, s)
		}
	}
}

// BenchmarkAddAgain measures a poll that repeats the previous one.
func BenchmarkAddAgain(b *testing.B) {
	data, err := os.ReadFile("testdata/typ_heap_300.pb.gz")
	if err != nil {
		b.Fatal(err)
	}
	h, at := NewHistoryBuilder(), time.Unix(0, 0)
	for b.Loop() {
		at = at.Add(2 * time.Second)
		if _, err := h.Add(Capture{Kind: Heap, Time: at, Data: data}); err != nil {
			b.Fatal(err)
		}
	}
}
