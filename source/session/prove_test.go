package session

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/problem"
)

// cannedTarget is a target with recorded responses: those of a real process that was built with
// GOEXPERIMENT=goroutineleakprofile and has a leak of every kind that the runtime proves, and one that it cannot prove.
type cannedTarget struct {
	t      *testing.T
	answer map[string][]byte // by kind, "goroutine2" is the full dump
	at     time.Time         // of the next response
	before func()            // called while a fetch is in progress
	err    error
}

func newCanned(t *testing.T) *cannedTarget {
	c := &cannedTarget{t: t, answer: map[string][]byte{}, at: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
	for kind, name := range map[string]string{"goroutine": "goroutine.pb.gz", "goroutine2": "dump.txt", "goroutineleak": "goroutineleak.pb.gz"} {
		data, err := os.ReadFile(filepath.Join("testdata", "prove", name))
		if err != nil {
			t.Fatal(err)
		}
		c.answer[kind] = data
	}
	return c
}

func (c *cannedTarget) Name() string { return "canned" }
func (c *cannedTarget) Close() error { return nil }
func (c *cannedTarget) Offers() []profile.Kind {
	return []profile.Kind{profile.Goroutine, profile.GoroutineLeak}
}
func (c *cannedTarget) Watch(context.Context, func(source.Message)) error { return nil }

func (c *cannedTarget) Fetch(_ context.Context, q source.Query) (profile.Capture, error) {
	if c.before != nil {
		c.before()
	}
	key := string(q.Kind)
	if q.Debug == 2 {
		key += "2"
	}
	return profile.Capture{Kind: q.Kind, Time: c.at, Data: c.answer[key]}, c.err
}

// ingestPoll ingests the goroutine profile as a poll does.
func (c *cannedTarget) ingestPoll(w *Session) State {
	w.Ingest(source.Capture{Capture: profile.Capture{Kind: profile.Goroutine, Time: c.at, Data: c.answer["goroutine"]}})
	return <-w.Updates()
}

func TestProvenLeaks(t *testing.T) {
	c := newCanned(t)
	w := New(c)
	c.ingestPoll(w)
	o, err := w.ProveLeaks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := (profile.Outcome{Request: profile.RequestProof, Goroutines: 14, Places: 7}); !reflect.DeepEqual(o, want) {
		t.Errorf("got %+v, want %+v", o, want)
	}
	st := <-w.Updates()
	for fn, want := range map[string]bool{
		"main.nilRecv": true, "main.nilSend": true, "main.nosel": true, "main.mutex": true, "main.deep": true,
		"main.(*box[...]).take": true, "main.main.func2": true, "main.main": false,
	} {
		if got := factsOf(st, fn, "").Leaked; got != want {
			t.Errorf("%s: got proven %v, want %v", fn, got, want)
		}
	}
	if n := len(st.Known); n != 7 {
		t.Errorf("got facts on %d stacks, want 7", n)
	}
}

func TestFullDump(t *testing.T) {
	c := newCanned(t)
	w := New(c)
	c.ingestPoll(w)
	if _, err := w.Dump(t.Context()); err != nil {
		t.Fatal(err)
	}
	st := <-w.Updates()
	for fn, state := range map[string]string{
		"main.nilRecv": "chan receive (nil chan)", "main.nilSend": "chan send (nil chan)", "main.nosel": "select (no cases)",
		"main.mutex": "sync.Mutex.Lock", "main.(*box[...]).take": "chan receive", "main.deep": "chan receive",
	} {
		k := factsOf(st, fn, "")
		if k.State != state || k.Count != 2 || k.Created != 2 || k.Creator.Func == nil || k.Creator.Func.Name != "main.main" || k.Creator.Line == 0 || !k.Dumped.Equal(c.at) {
			t.Errorf("%s: got %+v, want 2 × %q, created by main.main", fn, k, state)
		}
	}
	// Nothing in the stack of go time.Sleep shows its creator. The dump does.
	if who := factsOf(st, "time.Sleep", "").Starter(); who.Func == nil || who.Func.Name != "main.main" || who.Line == 0 {
		t.Errorf("got sleeping goroutines created by %+v", who)
	}
}

// Answers are kept through polls, apply to stacks that appear only later, and are dropped when the process is replaced.
func TestAnswersLastAsLongAsTheProcess(t *testing.T) {
	c := newCanned(t)
	w := New(c)
	if _, err := w.ProveLeaks(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Dump(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		c.at = c.at.Add(2 * time.Second)
		if k := factsOf(c.ingestPoll(w), "main.nilRecv", ""); !k.Leaked || k.State == "" {
			t.Fatalf("a stack that appeared after the answers: got %+v", k)
		}
	}
	w.Ingest(source.Event{Event: profile.Event{Time: c.at, Kind: profile.EventRestart, Text: "restarted"}})
	<-w.Updates()
	c.at = c.at.Add(2 * time.Second)
	if st := c.ingestPoll(w); len(st.Known) != 0 {
		t.Errorf("got facts of the previous process: %v", st.Known)
	}
	// A response that arrives after a restart is from the previous process.
	c.before = func() {
		c.at = c.at.Add(time.Second)
		w.Ingest(source.Event{Event: profile.Event{Time: c.at, Kind: profile.EventRestart, Text: "restarted"}})
	}
	if _, err := w.ProveLeaks(t.Context()); !errors.Is(err, errOtherProcess) {
		t.Errorf("got %v, want %v", err, errOtherProcess)
	}
	if st := <-w.Updates(); len(st.Known) != 0 {
		t.Errorf("got facts of the previous process: %v", st.Known)
	}
}

func TestCohortOfTwoDumps(t *testing.T) {
	c := newCanned(t)
	w := New(c)
	c.ingestPoll(w)
	dump := func(after time.Duration, text string) State {
		t.Helper()
		c.at = c.at.Add(after)
		c.answer["goroutine2"] = []byte(text)
		if _, err := w.Dump(t.Context()); err != nil {
			t.Fatal(err)
		}
		return <-w.Updates()
	}
	text := string(c.answer["goroutine2"])
	dump(0, text)
	// One of the two goroutines in nilRecv is replaced by another.
	i := strings.Index(text, " [chan receive (nil chan)")
	from := strings.LastIndex(text[:i], "goroutine ")
	text = text[:from] + "goroutine 4711" + text[i:]
	if k := factsOf(dump(29*time.Second, text), "main.nilRecv", ""); k.Cohort.Before != 0 {
		t.Errorf("compared after only 29 s: %+v", k.Cohort)
	}
	st := dump(2*time.Second, text)
	if k := factsOf(st, "main.nilRecv", ""); k.Cohort.Before != 2 || k.Cohort.Stayed != 1 || k.CohortGap != 31*time.Second {
		t.Errorf("got %+v in %v, want 1 of 2 in 31 s", k.Cohort, k.CohortGap)
	}
	if k := factsOf(st, "main.nilSend", ""); k.Cohort.Before != 2 || k.Cohort.Stayed != 2 {
		t.Errorf("got %+v, want 2 of 2", k.Cohort)
	}
}

func TestQuestionsThatFail(t *testing.T) {
	c := newCanned(t)
	w := New(c)
	c.answer = map[string][]byte{"goroutine2": []byte("<html>"), "trace": []byte("<html>"), "goroutineleak": []byte("<html>")}
	ask := map[string]func() error{
		"dump":  func() error { _, err := w.Dump(t.Context()); return err },
		"trace": func() error { return w.NameCreators(t.Context()) },
		"prove": func() error { _, err := w.ProveLeaks(t.Context()); return err },
	}
	for name, f := range ask {
		if err := f(); err == nil || strings.Contains(err.Error(), "html") {
			t.Errorf("%s: got error %v", name, err)
		}
	}
	c.err = &problem.Problem{Cause: problem.CauseMissing, Why: "the service serves pprof, but not this profile"}
	for name, f := range ask {
		if err := f(); !errors.Is(err, c.err) {
			t.Errorf("%s: got %v, want %v", name, err, c.err)
		}
	}
}

func TestPause(t *testing.T) {
	for n, want := range map[int][2]time.Duration{
		0: {0, time.Millisecond}, 100: {0, 5 * time.Millisecond}, 1000: {6 * time.Millisecond, 20 * time.Millisecond},
		10_000: {200 * time.Millisecond, 700 * time.Millisecond}, 100_000: {3 * time.Second, 8 * time.Second}, 1_000_000: {30 * time.Second, 100 * time.Second},
	} {
		low, high := PredictPause(n)
		if low < want[0]-time.Millisecond || high > want[1]+time.Millisecond || low > high {
			t.Errorf("%d goroutines: got %v to %v, want a range that contains %v", n, low, high, want)
		}
	}
}

func TestMany(t *testing.T) {
	for n, want := range map[int]string{0: "0 places", 1: "1 place", 12_481: "12,481 places"} {
		if got := quantity.Things(n, "place"); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}
