package session

import (
	"bytes"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/dump"
	"github.com/leaktop/leaktop/source"
)

// Seeking to before the baseline and forward again finds it where it was set. A baseline that was dropped does not come
// back.
func TestBaselineIsFoundAgain(t *testing.T) {
	w := openReplay(t, recordCourse(t))
	nextState(w, isWhole(51))
	w.Player().Seek(at(41))
	nextState(w, isWhole(41))
	if !w.SetBaseline(at(41)) {
		t.Fatal("got no profile")
	}
	for _, step := range []struct {
		seek int
		drop bool
		want time.Time
	}{{51, false, at(41)}, {11, false, time.Time{}}, {51, false, at(41)}, {45, true, time.Time{}}, {51, false, time.Time{}}} {
		w.Player().Seek(at(step.seek))
		st := nextState(w, isWhole(step.seek))
		if step.drop {
			w.DropBaseline()
			st = w.State()
		}
		if got := st.History.Baseline(); !got.Equal(step.want) {
			t.Errorf("at %d: got the baseline of %v, want %v", step.seek, got, step.want)
		}
	}
}

// A baseline set or dropped while a moment is being read applies once the moment has been read.
func TestBaselineWhileAMomentIsRead(t *testing.T) {
	w, gathered := pausedAtEnd(t)
	p := w.player
	p.adoptDraft(gathered(time.Time{}))
	before := p.currentBaseline()
	slow := gathered(before)
	if !w.SetBaseline(at(51)) {
		t.Fatal("got no profile")
	}
	p.updateBaseline(slow, before)
	if got := slow.builder.History().Baseline(); !got.Equal(at(51)) {
		t.Errorf("after reading: got the baseline of %v, want %v", got, at(51))
	}
	before = p.currentBaseline()
	p.adoptDraft(slow)
	slow = gathered(before)
	w.DropBaseline()
	p.updateBaseline(slow, before)
	if got := slow.builder.History().Baseline(); !got.IsZero() {
		t.Errorf("after reading, the baseline of %v is back", got)
	}
}

// pausedAtEnd returns a paused replay at its end, and a function that returns an ingester which has read everything up
// to that moment.
func pausedAtEnd(t *testing.T) (*Session, func(base time.Time) *ingester) {
	t.Helper()
	src, err := source.Open(t.Context(), recordCourse(t), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = src.Close() })
	w := New(src)
	p := w.player
	p.at, p.clock = len(p.steps)-1, at(51)
	return w, func(base time.Time) *ingester {
		d := p.newDraft(time.Hour)
		p.gatherSteps(t.Context(), d, p.rec.KeptSteps(p.at), base, nil)
		return d
	}
}

// A profile that was fetched by key is kept once all of its moment has been read.
func TestAnswerWhileAMomentIsRead(t *testing.T) {
	w, gathered := pausedAtEnd(t)
	w.player.adoptDraft(gathered(time.Time{}))
	if _, err := w.Keep(profile.Capture{Kind: profile.Allocs, Data: readHeap(t, course[0])}); err != nil {
		t.Fatal(err)
	}
	c := profile.Capture{Kind: profile.Goroutine, Debug: 2, Data: dumpGoroutines(t), Time: at(51)}
	d, err := dump.Parse(c.Data)
	if err != nil {
		t.Fatal(err)
	}
	w.known.answers.dumps = append(w.known.answers.dumps, newFullDump(c.Time, d))
	slow := gathered(time.Time{})
	w.player.keepAnswers(slow)
	if s, _ := slow.builder.History().Latest(profile.Allocs); s == nil {
		t.Error("the fetched profile was dropped")
	}
	if len(slow.answers.dumps) != 1 {
		t.Error("the dump was dropped")
	}
}

// dumpGoroutines returns a full goroutine dump of this process.
func dumpGoroutines(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 2); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
