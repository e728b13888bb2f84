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

// Who goes back before the baseline, and on again, finds it where it was; one
// that was dropped stays away.
func TestBaselineIsFoundAgain(t *testing.T) {
	w := replay(t, recordCourse(t))
	next(w, whole(51))
	w.Player().Seek(at(41))
	next(w, whole(41))
	if !w.SetBaseline(at(41)) {
		t.Fatal("there is no profile")
	}
	for _, step := range []struct {
		seek int
		drop bool
		want time.Time
	}{{51, false, at(41)}, {11, false, time.Time{}}, {51, false, at(41)}, {45, true, time.Time{}}, {51, false, time.Time{}}} {
		w.Player().Seek(at(step.seek))
		st := next(w, whole(step.seek))
		if step.drop {
			w.DropBaseline()
			st = w.State()
		}
		if got := st.History.Baseline(); !got.Equal(step.want) {
			t.Errorf("at %d the baseline is of %v, want %v", step.seek, got, step.want)
		}
	}
}

// What is set or dropped while a moment is being read counts once it was read.
func TestBaselineWhileAMomentIsRead(t *testing.T) {
	w, gathered := atTheEnd(t)
	p := w.player
	p.adoptDraft(gathered(time.Time{}))
	before := p.currentBaseline()
	slow := gathered(before)
	if !w.SetBaseline(at(51)) {
		t.Fatal("there is no profile")
	}
	p.updateBaseline(slow, before)
	if got := slow.builder.History().Baseline(); !got.Equal(at(51)) {
		t.Errorf("once all was read the baseline is of %v, want %v", got, at(51))
	}
	before = p.currentBaseline()
	p.adoptDraft(slow)
	slow = gathered(before)
	w.DropBaseline()
	p.updateBaseline(slow, before)
	if got := slow.builder.History().Baseline(); !got.IsZero() {
		t.Errorf("once all was read the baseline of %v is there again", got)
	}
}

// atTheEnd is a replay at its end that does not run, and what gathers all of that
// moment.
func atTheEnd(t *testing.T) (*Session, func(base time.Time) *ingester) {
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

// An answer to a key does not go again when all of its moment was read.
func TestAnswerWhileAMomentIsRead(t *testing.T) {
	w, gathered := atTheEnd(t)
	w.player.adoptDraft(gathered(time.Time{}))
	if _, err := w.Keep(profile.Capture{Kind: profile.Allocs, Data: heap(t, course[0])}); err != nil {
		t.Fatal(err)
	}
	c := profile.Capture{Kind: profile.Goroutine, Debug: 2, Data: goroutines(t), Time: at(51)}
	d, err := dump.Parse(c.Data)
	if err != nil {
		t.Fatal(err)
	}
	w.known.answers.dumps = append(w.known.answers.dumps, newFullDump(c.Time, d))
	slow := gathered(time.Time{})
	w.player.keepAnswers(slow)
	if s, _ := slow.builder.History().Latest(profile.Allocs); s == nil {
		t.Error("the profile that was asked for has gone")
	}
	if len(slow.answers.dumps) != 1 {
		t.Error("the dump has gone")
	}
}

// goroutines is a full dump of this process.
func goroutines(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 2); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
