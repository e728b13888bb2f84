package session

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
)

// TestDataOfCaptureIsBorrowed checks that kept and recorded profiles do not change when a
// source overwrites their data with the next one.
func TestDataOfCaptureIsBorrowed(t *testing.T) {
	w := New(silentTarget{})
	path := filepath.Join(t.TempDir(), "shop.tar")
	if err := w.Record(path, recording.Options{Target: "shop", Started: at(0)}); err != nil {
		t.Fatal(err)
	}
	sent := [][]byte{readHeap(t, "typ_heap_020.pb.gz"), readHeap(t, "typ_heap_060.pb.gz"), readHeap(t, "typ_heap_150.pb.gz")}
	var buffer []byte
	for i, data := range sent {
		buffer = append(buffer[:0], data...)
		w.Ingest(source.Capture{Capture: profile.Capture{Kind: profile.Heap, Time: at(40 * i), Data: buffer}})
		clear(buffer)
		for _, again := range []string{"", " again"} { // the returned data belongs to the caller
			all, err := w.Captures()
			if err != nil || len(all) != 1 {
				t.Fatalf("after %d profiles: got %d kinds%s, %v", i+1, len(all), again, err)
			}
			if !bytes.Equal(all[0].First.Data, sent[0]) || !bytes.Equal(all[0].Newest.Data, data) {
				t.Errorf("after %d profiles, the first or the newest is not what was received%s", i+1, again)
			}
			clear(all[0].Newest.Data)
		}
	}
	if _, err := w.StopRecording(); err != nil {
		t.Fatal(err)
	}
	rec := openRecording(t, path, source.Options{})
	n := 0
	for _, step := range rec.Steps() {
		m, err := rec.ReadStep(step)
		if err != nil {
			t.Fatal(err)
		}
		if c, ok := m.(source.Capture); ok {
			if !bytes.Equal(c.Data, sent[n]) {
				t.Errorf("profile %d was recorded otherwise than it was received", n+1)
			}
			n++
		}
	}
	if n != len(sent) {
		t.Errorf("%d profiles were recorded, want %d", n, len(sent))
	}
}
