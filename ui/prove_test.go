package ui

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
)

// proving is a source with the recorded answers of a real process that hangs in
// all that its runtime proves.
type proving struct {
	offers []profile.Kind
	err    error
	hangs  bool // until it is not wanted any more
	asked  chan source.Query
}

func (p proving) Name() string           { return "proving" }
func (p proving) Close() error           { return nil }
func (p proving) Offers() []profile.Kind { return p.offers }

func answerOf(kind profile.Kind, name string) (profile.Capture, error) {
	data, err := os.ReadFile("../source/session/testdata/prove/" + name)
	return profile.Capture{Kind: kind, Time: time.Date(2026, 3, 4, 5, 6, 7, 0, time.Local), Data: data}, err
}

func (p proving) Watch(ctx context.Context, send func(source.Message)) error {
	c, err := answerOf(profile.Goroutine, "goroutine.pb.gz")
	if err != nil {
		return err
	}
	send(source.Capture{Capture: c})
	<-ctx.Done()
	return context.Cause(ctx)
}

func (p proving) Fetch(ctx context.Context, q source.Query) (profile.Capture, error) {
	if p.asked != nil {
		p.asked <- q
	}
	if p.hangs {
		<-ctx.Done()
		return profile.Capture{}, context.Cause(ctx)
	}
	switch {
	case p.err != nil:
		return profile.Capture{}, p.err
	case q.Kind == profile.Trace:
		data, err := os.ReadFile("../profile/trace/testdata/bare-sleep.trace")
		return profile.Capture{Kind: q.Kind, Data: data}, err
	case q.Debug == 2:
		return answerOf(q.Kind, "dump.txt")
	}
	return answerOf(q.Kind, "goroutineleak.pb.gz")
}

// take shows the newest state of the watch.
func (s *screen) take() {
	s.m.Update(stateMsg{s.m, <-s.m.session.Updates(), true})
	s.do(s.m.currentPage().Refresh(true))
}

// watching is begun, with its first state.
func watching(t *testing.T, src source.Source, w, h int) *screen {
	t.Helper()
	s := begun(t, src, w, h)
	s.take()
	return s
}

// begun makes a screen whose watch goes on until the test ends.
func begun(t *testing.T, src source.Source, w, h int) *screen {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	wt := session.New(src)
	done := make(chan error, 1)
	go func() { done <- wt.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	s := onScreen(t, wt, colorprofile.NoTTY)
	s.send(tea.WindowSizeMsg{Width: w, Height: h})
	return s
}

func TestProvenLeaksOnAKey(t *testing.T) {
	s := watching(t, proving{offers: []profile.Kind{profile.Goroutine, profile.GoroutineLeak}}, 100, 30)
	s.press("P")
	s.wants("Prove leaks? The runtime makes a special collection, 3ms to 300ms. y proves, any other key cancels")
	s.press("y")
	s.wants("Proven: 14 goroutines at 7 places")
	s.take()
	s.press("Goroutines")
	s.wants("leaked: channel")
	s.press("enter")
	s.wants("proven by the runtime")
	s.press("Events")
	s.wants("Asked for leaked goroutines. Proven: 14")
}

// Where the service cannot prove leaks, P says what that takes, and asks nothing.
func TestLeaksThatCannotBeProven(t *testing.T) {
	s := watching(t, proving{err: errors.New("asked nevertheless")}, 80, 24)
	s.m.vc.State.Facts.GoVersion = "go1.25.3"
	s.press("P")
	s.wants("This service cannot prove leaks", "GOEXPERIMENT=goroutineleakprofile", "it runs go1.25.3")
}

func TestFullDumpOnAKey(t *testing.T) {
	s := watching(t, proving{}, 200, 40)
	s.press("D", "y")
	s.wants("goroutines at", "D again in 30s")
	s.take()
	s.press("Goroutines")
	s.wants("STARTED BY", "nil chan receive", "mutex", "main.main")
	s.press("/", "n", "i", "l", "R", "enter", "enter")
	s.wants("waiting: nil chan receive", `full dump at 05:06:07: 2 in state "chan receive (nil chan)", all for less than a minute`, "2 of them created by main.main")
}

// A dump stops the service: for how long is said, and asked.
func TestLargeDumpIsAskedFor(t *testing.T) {
	p := proving{asked: make(chan source.Query, 1)}
	s := watching(t, p, 80, 24)
	s.m.vc.State.Goroutines = profile.Line{{{V: 100_000}}}
	s.press("D")
	s.wants("Dump 100,000 goroutines? It stops the service for about 3s to 8s. y dumps")
	s.click(s.find(paneKey("Goroutines") + " Gorout"))
	s.wants("Dump 100,000 goroutines?")
	if s.m.nav.pane != 0 {
		t.Error("a click went past the question")
	}
	cmd := noThenYes(t, s, p)
	s.wants("Dumping 100,000 goroutines · esc stops it · it pauses 3s to 8s")
	s.do(cmd)
	if q := <-p.asked; q.Debug != 2 {
		t.Errorf("asked for %+v, want the full dump", q)
	}
	s.wants("goroutines at")
}

// noThenYes answers the question before a dump with no, which asks for none, then
// asks again and answers with yes. It returns the command that dumps.
func noThenYes(t *testing.T, s *screen, p proving) tea.Cmd {
	t.Helper()
	s.press("n")
	s.wants("Left alone.")
	if len(p.asked) != 0 {
		t.Fatal("dumped without a yes")
	}
	s.press("D")
	_, cmd := s.m.Update(tea.KeyPressMsg{Text: "y", Code: 'y'})
	return cmd
}

// The cost of a dump is unknown if goroutines were not counted, so it needs
// confirmation.
func TestDumpOfUnknownSizeIsAskedFor(t *testing.T) {
	p := proving{asked: make(chan source.Query, 1)}
	s := watching(t, p, 80, 24)
	s.m.vc.State.Goroutines, s.m.vc.State.Status.Goroutines = nil, 0
	s.press("D")
	text := strings.Join(strings.Fields(s.text()), " ")
	if want := "Dump all goroutines? How many there are is not known: 1,000 stop the service for 6ms to 20ms, 100,000 for 3s to 8s. y dumps, any other key cancels"; !strings.Contains(text, want) {
		t.Errorf("the screen lacks %q:\n%s", want, s.text())
	}
	cmd := noThenYes(t, s, p)
	s.wants("Dumping all goroutines · esc stops it · it pauses during that")
	s.do(cmd)
	s.wants("goroutines at")
}

func TestTraceOnAKey(t *testing.T) {
	s := watching(t, proving{}, 100, 30)
	s.press("T")
	s.wants("Trace for 3s to see who starts the goroutines?", "it costs 30–210ms of")
	s.press("y")
	s.wants("goroutines started", "stayed")
	s.take()
	s.press("Events")
	s.wants("Traced for 3s.")
}

// While it runs, the last line has its progress and its price, and esc ends it.
func TestTraceShowsItsProgressAndCanBeStopped(t *testing.T) {
	p := proving{hangs: true, asked: make(chan source.Query, 1)}
	s := watching(t, p, 80, 24)
	s.press("T")
	_, cmd := s.m.Update(tea.KeyPressMsg{Text: "y", Code: 'y'})
	parts := cmd().(tea.BatchMsg)
	answer := make(chan tea.Msg, 1)
	go func() { answer <- parts[0]() }()
	if q := <-p.asked; q.Kind != profile.Trace || q.Seconds != session.TraceSeconds {
		t.Errorf("asked for %+v", q)
	}
	s.wants("Tracing ░░░░░░░░░░░░ 0 of 3s", "esc stops it", "30–210ms of CPU")
	s.m.Update(tea.KeyPressMsg{Text: "D", Code: 'D'})
	s.wants("Tracing is not done yet", "Tracing ░░░░░░░░░░░░ 0 of 3s")
	s.m.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
	s.wants("Tracing: stopped.")
	s.send(<-answer)
	s.wants("Tracing: stopped.")
	if s.m.overlays.Top() != nil {
		t.Error("the job is still there")
	}
}

// What failed is told in full, with what to do, however narrow the screen is.
func TestFailedQuestionsSayWhatToDo(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	srv := httptest.NewServer(mux)
	defer srv.Close()
	src := openTarget(t, srv.URL)
	s := watching(t, src, 80, 24)
	s.press("T", "y")
	said := strings.Join(strings.Fields(s.text()), " ")
	for _, w := range []string{"not this profile", `router.HandleFunc("/debug/pprof/trace", pprof.Trace)`} {
		if !strings.Contains(said, w) {
			t.Errorf("the screen lacks %q:\n%s", w, s.text())
		}
	}
	if n := strings.Count(s.text(), "\n") + 1; n != 24 {
		t.Errorf("%d lines on a screen of 24", n)
	}
	// The same service does answer a full dump.
	s.press("D", "y")
	s.wants("goroutines at")
}

// A suspect that no stack names a creator of says which key finds it, and stays
// the same suspect when it is named.
func TestSuspectAsksForATrace(t *testing.T) {
	s := watching(t, proving{}, 100, 30)
	g := profile.Group{Kind: profile.Goroutine, Stacks: []*profile.Stack{{}}}
	sus := leak.Suspect{
		Kind: leak.Goroutine, Function: "time.Sleep", Stack: []string{"time.Sleep"}, Sentence: "goroutines that only sleep: +3,600 goroutines/h",
		Confidence: leak.High, WantsCreator: true, Group: &g,
	}
	s.m.vc.State.Report.Suspects = []leak.Suspect{sus}
	s.m.Update(nil)
	s.wants("T names who starts them")
	s.press("v")
	s.wants("T names who starts them: a trace of a few seconds", "T trace: who starts (asks)")
	sus.Function, sus.WantsCreator, sus.Sentence = "main.pay", false, "main.pay starts goroutines that only sleep"
	s.m.vc.State.Report.Suspects = []leak.Suspect{sus}
	s.m.Update(nil)
	s.do(s.m.currentPage().Refresh(true))
	s.wants("main.pay starts goroutines", "D tells what they wait for")
	if strings.Contains(s.text(), "taken back") || strings.Contains(s.text(), "T names") {
		t.Errorf("the suspect that was named is taken for another:\n%s", s.text())
	}
}

// A long toast never takes the whole screen.
func TestLongToastLeavesThePage(t *testing.T) {
	s := watching(t, proving{}, 40, 10)
	s.m.reportStatus(true, strings.Repeat("very long ", 100))
	s.m.frame = ""
	if n := strings.Count(s.text(), "\n") + 1; n != 10 {
		t.Errorf("%d lines on a screen of 10", n)
	}
	if n := len((&status{text: "a", bad: true}).drawLines(s.m.vc.Theme, 40, 10)); n != 1 {
		t.Errorf("a letter takes %d lines", n)
	}
}
