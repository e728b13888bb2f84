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

// proofSource is a source with the recorded responses of a real process that has a leak of each kind that the runtime
// proves.
type proofSource struct {
	offers []profile.Kind
	err    error
	hangs  bool // block until the fetch is canceled
	asked  chan source.Query
}

func (p proofSource) Name() string           { return "proving" }
func (p proofSource) Close() error           { return nil }
func (p proofSource) Offers() []profile.Kind { return p.offers }

func answerOf(kind profile.Kind, name string) (profile.Capture, error) {
	data, err := os.ReadFile("../source/session/testdata/prove/" + name)
	return profile.Capture{Kind: kind, Time: time.Date(2026, 3, 4, 5, 6, 7, 0, time.Local), Data: data}, err
}

func (p proofSource) Watch(ctx context.Context, send func(source.Message)) error {
	c, err := answerOf(profile.Goroutine, "goroutine.pb.gz")
	if err != nil {
		return err
	}
	send(source.Capture{Capture: c})
	send(source.Status{Time: c.Time}) // ends the round of polls
	<-ctx.Done()
	return context.Cause(ctx)
}

func (p proofSource) Fetch(ctx context.Context, q source.Query) (profile.Capture, error) {
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

// showLatest shows the newest state of the watch.
func (s *screen) showLatest() {
	s.applyState(<-s.m.session.Updates())
	s.do(s.m.currentPage().Refresh(true))
}

// applyState shows a state, but does not follow the session or make rows.
func (s *screen) applyState(st session.State) {
	s.m.Update(stateMsg{s.m, st, true})
	s.m.frame = "" // no rows will follow
}

// watchFirstState starts a watch and shows its first state.
func watchFirstState(t *testing.T, src source.Source, w, h int) *screen {
	t.Helper()
	s := startWatch(t, src, w, h)
	s.showLatest()
	return s
}

// startWatch returns a screen whose watch runs until the test ends.
func startWatch(t *testing.T, src source.Source, w, h int) *screen {
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
	s := watchFirstState(t, proofSource{offers: []profile.Kind{profile.Goroutine, profile.GoroutineLeak}}, 100, 30)
	s.press("P")
	s.wants("Prove leaks? The runtime runs a special collection, 3ms to 300ms. y proves, any other key cancels")
	s.press("y")
	s.wants("Proven: 14 goroutines at 7 places")
	s.showLatest()
	s.press("Goroutines")
	s.wants("leaked: channel")
	s.press("enter")
	s.wants("proven by the runtime")
	s.press("Events")
	s.wants("Asked for leaked goroutines. Proven: 14")
}

// If the service cannot prove leaks, P explains what that requires and sends no request.
func TestLeaksThatCannotBeProven(t *testing.T) {
	s := watchFirstState(t, proofSource{err: errors.New("asked nevertheless")}, 80, 24)
	s.m.vc.State.Facts.GoVersion = "go1.25.3"
	s.press("P")
	s.wants("This service cannot prove leaks", "GOEXPERIMENT=goroutineleakprofile", "it runs go1.25.3")
}

func TestFullDumpOnAKey(t *testing.T) {
	s := watchFirstState(t, proofSource{}, 200, 40)
	s.press("D", "y")
	s.wants("goroutines at", "D again in 30s")
	s.showLatest()
	s.press("Goroutines")
	s.wants("STARTED BY", "nil chan receive", "mutex", "main.main")
	s.press("/", "n", "i", "l", "R", "enter", "enter")
	s.wants("waiting: nil chan receive", `full dump at 05:06:07: 2 in state "chan receive (nil chan)", all for less than a minute`, "2 of them created by main.main")
}

// A full dump stops the service, so the program says for how long and asks for confirmation.
func TestLargeDumpIsAskedFor(t *testing.T) {
	p := proofSource{asked: make(chan source.Query, 1)}
	s := watchFirstState(t, p, 80, 24)
	s.m.vc.State.Goroutines = profile.Line{{{V: 100_000}}}
	s.press("D")
	s.wants("Dump 100,000 goroutines? It stops the service for about 3s to 8s. y dumps")
	s.clickAt(s.findText(paneKey("Goroutines") + " Gorout"))
	s.wants("Dump 100,000 goroutines?")
	if s.m.nav.pane != 0 {
		t.Error("a click acted on the page behind the question")
	}
	cmd := noThenYes(t, s, p)
	s.wants("Dumping 100,000 goroutines · esc stops it · it pauses 3s to 8s")
	s.do(cmd)
	if q := <-p.asked; q.Debug != 2 {
		t.Errorf("got the query %+v, want the full dump", q)
	}
	s.wants("goroutines at")
}

// noThenYes answers the question before a dump with no and checks that nothing is fetched, then asks again and answers
// yes. It returns the command that fetches the dump.
func noThenYes(t *testing.T, s *screen, p proofSource) tea.Cmd {
	t.Helper()
	s.press("n")
	s.wants("Canceled.")
	if len(p.asked) != 0 {
		t.Fatal("the dump was fetched without confirmation")
	}
	s.press("D")
	_, cmd := s.m.Update(tea.KeyPressMsg{Text: "y", Code: 'y'})
	return cmd
}

// If goroutines were not counted, the cost of a dump is unknown, so it needs confirmation.
func TestDumpOfUnknownSizeIsAskedFor(t *testing.T) {
	p := proofSource{asked: make(chan source.Query, 1)}
	s := watchFirstState(t, p, 80, 24)
	s.m.vc.State.Goroutines, s.m.vc.State.Status.Goroutines = nil, 0
	s.press("D")
	text := strings.Join(strings.Fields(s.text()), " ")
	if want := "Dump all goroutines? Their number is unknown: 1,000 stop the service for 6ms to 20ms, 100,000 for 3s to 8s. y dumps, any other key cancels"; !strings.Contains(text, want) {
		t.Errorf("the screen lacks %q:\n%s", want, s.text())
	}
	cmd := noThenYes(t, s, p)
	s.wants("Dumping all goroutines · esc stops it · it stops until the dump is done")
	s.do(cmd)
	s.wants("goroutines at")
}

func TestTraceOnAKey(t *testing.T) {
	s := watchFirstState(t, proofSource{}, 100, 30)
	s.press("T")
	s.wants("Trace for 3s to see what starts the goroutines?", "it costs 30–210ms of")
	s.press("y")
	s.wants("goroutines started", "stayed")
	s.showLatest()
	s.press("Events")
	s.wants("Traced for 3s.")
}

// While a trace runs, the last line shows its progress and its cost, and esc stops it.
func TestTraceShowsItsProgressAndCanBeStopped(t *testing.T) {
	p := proofSource{hangs: true, asked: make(chan source.Query, 1)}
	s := watchFirstState(t, p, 80, 24)
	s.press("T")
	_, cmd := s.m.Update(tea.KeyPressMsg{Text: "y", Code: 'y'})
	parts := cmd().(tea.BatchMsg)
	answer := make(chan tea.Msg, 1)
	go func() { answer <- parts[0]() }()
	if q := <-p.asked; q.Kind != profile.Trace || q.Seconds != session.TraceSeconds {
		t.Errorf("got the query %+v", q)
	}
	s.wants("Tracing ░░░░░░░░░░░░ 0 of 3s", "esc stops it", "30–210ms of CPU")
	s.m.Update(tea.KeyPressMsg{Text: "D", Code: 'D'})
	s.wants("Tracing is still running", "Tracing ░░░░░░░░░░░░ 0 of 3s")
	s.m.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
	s.wants("Tracing: stopped.")
	s.send(<-answer)
	s.wants("Tracing: stopped.")
	if s.m.overlays.Top() != nil {
		t.Error("the stopped job is still shown")
	}
}

// A failure is shown in full, with what to do next, however narrow the screen is.
func TestFailedQuestionsSayWhatToDo(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	srv := httptest.NewServer(mux)
	defer srv.Close()
	src := openTarget(t, srv.URL)
	s := watchFirstState(t, src, 80, 24)
	s.press("T", "y")
	said := strings.Join(strings.Fields(s.text()), " ")
	for _, w := range []string{"not this profile", `router.HandleFunc("/debug/pprof/trace", pprof.Trace)`} {
		if !strings.Contains(said, w) {
			t.Errorf("the screen lacks %q:\n%s", w, s.text())
		}
	}
	if n := strings.Count(s.text(), "\n") + 1; n != 24 {
		t.Errorf("got %d lines on a screen of 24", n)
	}
	// The same service serves a full dump.
	s.press("D", "y")
	s.wants("goroutines at")
}

// A suspect whose stacks do not show its creator says which key finds the creator, and is still the same suspect once
// the creator is known.
func TestSuspectAsksForATrace(t *testing.T) {
	s := watchFirstState(t, proofSource{}, 100, 30)
	g := profile.Group{Kind: profile.Goroutine, Stacks: []*profile.Stack{{}}}
	sus := leak.Suspect{
		Kind: leak.Goroutine, Function: "time.Sleep", Stack: []string{"time.Sleep"}, Sentence: "goroutines that only sleep: +3,600 goroutines/h",
		Confidence: leak.High, WantsCreator: true, Group: &g,
	}
	s.m.vc.State.Report.Suspects = []leak.Suspect{sus}
	s.m.Update(nil)
	s.wants("T shows what starts them")
	s.press("v")
	s.wants("T shows what starts them: a trace of a few seconds", "T trace: creators (asks)")
	sus.Function, sus.WantsCreator, sus.Sentence = "main.pay", false, "main.pay starts goroutines that only sleep"
	s.m.vc.State.Report.Suspects = []leak.Suspect{sus}
	s.m.Update(nil)
	s.do(s.m.currentPage().Refresh(true))
	s.wants("main.pay starts goroutines", "D shows what they wait for")
	if strings.Contains(s.text(), "taken back") || strings.Contains(s.text(), "T names") {
		t.Errorf("the suspect is treated as a different one once its creator is known:\n%s", s.text())
	}
}

// A long message never takes the whole screen.
func TestLongToastLeavesThePage(t *testing.T) {
	s := watchFirstState(t, proofSource{}, 40, 10)
	s.m.reportStatus(true, strings.Repeat("very long ", 100))
	s.m.frame = ""
	if n := strings.Count(s.text(), "\n") + 1; n != 10 {
		t.Errorf("got %d lines on a screen of 10", n)
	}
	if n := len((&status{text: "a", bad: true}).drawLines(s.m.vc.Theme, 40, 10)); n != 1 {
		t.Errorf("got %d lines for a message of one letter", n)
	}
}
