package pyroscope

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/store"
)

// The numbers of the fields are those of message SelectMergeProfileRequest in
// api/querier/v1/querier.proto of Pyroscope: profile_typeID is 1, label_selector 2, start 3
// and end 4, the last two int64.
func TestMergeRequestOnTheWire(t *testing.T) {
	m := mergeRequest{profileType: "a:b", selector: "{}", start: 1, end: 1700000000000}
	const want = "0a03613a62" + "12027b7d" + "1801" + "2080d095ffbc31"
	if got := hex.EncodeToString(m.marshal()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSplitWindow(t *testing.T) {
	at := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	for _, hours := range []float64{0, 0.5, 24, 24.01, 48, 1000} {
		w := store.Window{From: at, To: at.Add(time.Duration(hours * float64(time.Hour)))}
		all := splitWindow(w, maxLength)
		for i, p := range all {
			if p.To.Sub(p.From) > 24*time.Hour {
				t.Errorf("%v h: part %d is %v long", hours, i, p.To.Sub(p.From))
			}
			if i > 0 && p.From.Sub(all[i-1].To) != time.Millisecond {
				t.Errorf("%v h: part %d begins %v after the one before", hours, i, p.From.Sub(all[i-1].To))
			}
		}
		if !all[0].From.Equal(w.From) || !all[len(all)-1].To.Equal(w.To) {
			t.Errorf("%v h: %v", hours, all)
		}
	}
	if all := splitWindow(store.Window{}, maxLength); len(all) != 7 || all[0].From.IsZero() {
		t.Errorf("an open window is %v", all)
	}
}
