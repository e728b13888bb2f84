package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/ignore"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/report"
)

// staged is a recording of this process, made while it is read: real profiles with
// times five seconds apart.
type staged struct {
	polls   int
	step    func(i int)    // runs before each poll
	restart map[int]string // the reasons for restarts, by the poll that follows
	only    profile.Kind   // the only kind of profile; empty for both
	fails   error          // what Watch returns
}

func (s staged) Name() string           { return "staged.tar" }
func (s staged) Offers() []profile.Kind { return nil }
func (s staged) Close() error           { return nil }
func (s staged) Fetch(context.Context, source.Query) (profile.Capture, error) {
	return profile.Capture{}, errors.New("a recording cannot be asked")
}

func (s staged) Watch(ctx context.Context, send func(source.Message)) error {
	for i := 0; i < s.polls && ctx.Err() == nil; i++ {
		s.step(i)
		at := noon.Add(time.Duration(i) * 5 * time.Second)
		if why := s.restart[i]; why != "" {
			send(source.Event{Event: profile.Event{Time: at, Kind: profile.EventRestart, Text: why}})
		}
		runtime.GC()
		for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
			if s.only != "" && s.only != k {
				continue
			}
			var b bytes.Buffer
			if err := pprof.Lookup(string(k)).WriteTo(&b, 0); err != nil {
				return err
			}
			send(source.Capture{Capture: profile.Capture{Kind: k, Time: at, Data: b.Bytes()}})
		}
	}
	return s.fails
}

// shelf is what the leak of a test grows.
type shelf struct {
	books   [][]byte
	last    []byte // that was passed on
	readers chan struct{}
	started int // readers
	others  int // readers in front of other shelves
}

//go:noinline
func (s *shelf) put() {
	s.books = append(s.books, make([]byte, 2<<20)) // so large that the profile samples nearly all of them
}

//go:noinline
func (s *shelf) read() { <-s.readers }

// startReader starts a goroutine that waits in front of the shelf. It returns once the
// goroutine waits, because the next profile might miss it on a busy machine.
func (s *shelf) startReader() {
	s.started++
	go s.read()
	eventually.Wait(func() bool { return countReaders() == s.others+s.started })
}

// countReaders returns how many goroutines wait in front of shelves.
func countReaders() (n int) {
	text := make([]byte, 1<<20)
	text = text[:runtime.Stack(text, true)]
	for stack := range strings.SplitSeq(string(text), "\n\n") {
		if header, frames, _ := strings.Cut(stack, "\n"); strings.Contains(header, "chan receive") && strings.Contains(frames, "(*shelf).read(") {
			n++
		}
	}
	return n
}

// leak puts 2 MiB on the shelf and starts a goroutine that waits in front of it, once
// per poll.
func (s *shelf) leak(int) {
	s.put()
	s.startReader()
}

func newShelf(t *testing.T) *shelf {
	for range 3 { // so that the profile has nothing of earlier tests
		runtime.GC()
	}
	s := &shelf{readers: make(chan struct{}), others: countReaders()}
	t.Cleanup(func() {
		close(s.readers)
		eventually.Wait(func() bool { return countReaders() == s.others })
	})
	return s
}

// runCheck runs a check and returns its exit code and what it wrote.
func runCheck(t *testing.T, src source.Source, o Options) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code, err := Run(t.Context(), src, o, &stdout, &stderr)
	if err != nil {
		fmt.Fprintln(&stderr, "leaktop:", err)
	}
	return code, stdout.String(), stderr.String()
}

func TestARecordingThatLeaks(t *testing.T) {
	s := newShelf(t)
	code, out, errs := runCheck(t, staged{polls: 24, step: s.leak}, Options{Format: "json", Recording: true})
	if code != ExitLeak {
		t.Errorf("exit code %d, want %d; it said %s%s", code, ExitLeak, out, errs)
	}
	var d report.Document
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatal(err)
	}
	if d.Verdict != "leak" || d.Polls != 48 || d.From != "2026-03-01T12:00:00Z" || d.To != "2026-03-01T12:01:55Z" {
		t.Errorf("verdict %s of %d polls from %s to %s, want leak of 48 in 1m55s", d.Verdict, d.Polls, d.From, d.To)
	}
	found := map[string]bool{}
	for _, x := range d.Suspects {
		found[x.Function[strings.LastIndexByte(x.Function, '.')+1:]] = true
	}
	if !found["put"] || !found["read"] {
		t.Errorf("found %v, want put and read", found)
	}
}

// Ignored growth is listed but does not affect the verdict.
func TestARecordingWithIgnoredLeaks(t *testing.T) {
	s := newShelf(t)
	list, err := ignore.New("check.(*shelf)...")
	if err != nil {
		t.Fatal(err)
	}
	code, out, errs := runCheck(t, staged{polls: 24, step: s.leak}, Options{Format: "json", Recording: true, Ignored: list})
	var d report.Document
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatal(err)
	}
	if code != ExitSteady || d.Verdict != "steady" || len(d.Suspects) > 0 || len(d.Ignored) != 2 {
		t.Errorf("exit code %d, want %d and two that are ignored; it said %s%s", code, ExitSteady, out, errs)
	}
}

func TestFailOn(t *testing.T) {
	for _, tt := range []struct {
		on   string
		want int
	}{{"", ExitUndecided}, {FailOnUndecided, ExitUndecided}, {FailOnLeak, ExitSteady}} {
		code, out, errs := runCheck(t, staged{polls: 5, step: func(int) {}}, Options{Format: "text", Recording: true, FailOn: tt.on})
		if code != tt.want || !strings.HasPrefix(out, "UNDECIDED") {
			t.Errorf("--fail-on %q: exit code %d, want %d; it said %s%s", tt.on, code, tt.want, out, errs)
		}
	}
}

func TestARecordingThatHolds(t *testing.T) {
	code, out, errs := runCheck(t, staged{polls: 24, step: func(int) {}}, Options{Format: "text", Recording: true})
	if code != ExitSteady || !strings.HasPrefix(out, "STEADY") {
		t.Errorf("exit code %d, want %d; it said %s%s", code, ExitSteady, out, errs)
	}
}

func TestARecordingThatIsShort(t *testing.T) {
	s := newShelf(t)
	code, out, errs := runCheck(t, staged{polls: 5, step: s.leak}, Options{Format: "text", Recording: true})
	if code != ExitUndecided || !strings.HasPrefix(out, "UNDECIDED") {
		t.Errorf("exit code %d, want %d; it said %s%s", code, ExitUndecided, out, errs)
	}
}

func TestARecordingOfOneKindSaysSo(t *testing.T) {
	_, out, _ := runCheck(t, staged{polls: 24, only: profile.Heap, step: func(int) {}}, Options{Format: "text", Recording: true})
	if !strings.Contains(out, "only the heap is judged") {
		t.Errorf("that goroutines are missing is not in %s", out)
	}
}

func TestNothingRecorded(t *testing.T) {
	code, out, errs := runCheck(t, staged{}, Options{Format: "text", Recording: true})
	if code != ExitUnobserved || out != "" || !strings.Contains(errs, "got no profile from staged.tar") {
		t.Errorf("exit code %d, stdout %q, stderr %q; want %d and why", code, out, errs, ExitUnobserved)
	}
}

// The process watched the longest is judged, whether it is the first or the last, and
// the report mentions the other.
func TestRestart(t *testing.T) {
	for _, tt := range []struct {
		name string
		at   int
	}{{"late", 22}, {"early", 2}} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShelf(t)
			code, out, errs := runCheck(t, staged{polls: 24, step: s.leak, restart: map[int]string{tt.at: "OOMKilled, exit 137"}}, Options{Format: "text", Recording: true})
			if code != ExitLeak {
				t.Errorf("exit code %d, want %d; it said %s%s", code, ExitLeak, out, errs)
			}
			for _, want := range []string{"restarted once", "OOMKilled, exit 137", "longest"} {
				if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
					t.Errorf("%q is not in %s", want, out)
				}
			}
		})
	}
}

// If a process that ended before the judged one leaked, the verdict is undecided,
// because both run the same program.
func TestLeakBeforeTheRestart(t *testing.T) {
	s := newShelf(t)
	code, out, errs := runCheck(t, staged{polls: 52, only: profile.Goroutine, restart: map[int]string{24: "OOMKilled, exit 137"}, step: func(i int) {
		if i < 24 {
			s.startReader()
		}
	}}, Options{Format: "text", Recording: true})
	said := strings.Join(strings.Fields(out), " ")
	if code != ExitUndecided || !strings.Contains(said, "LEAK: check.(*shelf).read") {
		t.Errorf("exit code %d, it said %s%s", code, out, errs)
	}
}

// A watch that ends early is not called steady, and the report says why it ended.
func TestBrokenOff(t *testing.T) {
	code, out, errs := runCheck(t, staged{polls: 24, only: profile.Goroutine, step: func(int) {}, fails: errors.New("the disk is gone")}, Options{Format: "text", Recording: true})
	if code != ExitUndecided || !strings.Contains(out, "the watch ended early: the disk is gone") {
		t.Errorf("exit code %d, it said %s%s", code, out, errs)
	}
	code, out, errs = runCheck(t, mute{staged{polls: 2, step: func(int) {}, fails: errors.New("the disk is gone")}},
		Options{Format: "text", For: time.Minute, Load: "true"})
	if code != ExitUnobserved || out != "" || !strings.HasSuffix(errs, "leaktop: the disk is gone\n") {
		t.Errorf("under load: exit code %d, it said %s%s", code, out, errs)
	}
}

// mute is a source that never answers what it is asked.
type mute struct{ staged }

func (mute) Fetch(ctx context.Context, _ source.Query) (profile.Capture, error) {
	<-ctx.Done()
	return profile.Capture{}, context.Cause(ctx)
}
