package ui

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"runtime"
	runtimepprof "runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// liveSource is this process, watched over HTTP.
func liveSource(t *testing.T) source.Source {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	target, err := source.ParseTarget(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	src, err := source.Open(t.Context(), target, source.Options{Interval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = src.Close() })
	return src
}

// contend makes something to see in the profiles of blocking and of locks.
func contend(t *testing.T) {
	t.Helper()
	runtime.SetBlockProfileRate(1)
	before := runtime.SetMutexProfileFraction(1)
	t.Cleanup(func() {
		runtime.SetBlockProfileRate(0)
		runtime.SetMutexProfileFraction(before)
	})
	var lock sync.Mutex
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			lock.Lock()
			time.Sleep(5 * time.Millisecond)
			lock.Unlock()
		})
	}
	all.Wait()
}

// p opens every kind of profile that a service serves, in the same panes.
func TestEveryKindOfProfileOpens(t *testing.T) {
	contend(t)
	s := watching(t, liveSource(t), 100, 30)
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		for latest, _ := s.m.vc.History.Latest(k); latest == nil; latest, _ = s.m.vc.History.Latest(k) {
			s.take()
		}
	}
	for kind, sample := range map[profile.Kind]string{
		profile.Heap: "inuse_space", profile.Goroutine: "goroutine", profile.Allocs: "alloc_space",
		profile.Block: "delay", profile.Mutex: "delay", profile.ThreadCreate: "threadcreate",
	} {
		s.press("Growing", "p")
		s.choose(kind)
		s.press("enter")
		s.wants(format.Sample(string(kind), sample), "FLAT", "CUM")
		if rows := s.list().All(); len(rows) == 0 && kind != profile.ThreadCreate { // a thread may have none
			t.Errorf("%s is empty", kind)
		}
		for _, pane := range []string{"Stacks", "Flame"} {
			s.press(pane)
			s.wants(format.Sample(string(kind), sample))
		}
	}
}

// choose moves the menu's cursor to a kind.
func (s *screen) choose(k profile.Kind) {
	s.t.Helper()
	for range profile.Kinds {
		if strings.Contains(s.text(), theme.SymbolCursor+" "+k.Info().Title+" ") || strings.Contains(s.text(), theme.SymbolCursor+" "+k.Info().Title+",") {
			return
		}
		s.press("down")
	}
	s.t.Fatalf("the menu has no %s", k)
}

// The menu says what each profile is, in full, and its own keys alone.
func TestMenuExplainsItself(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.press("p")
	for _, k := range []profile.Kind{profile.Heap, profile.Allocs, profile.Goroutine} {
		s.press("up", "up", "up", "up")
		s.choose(k)
		text := strings.Join(strings.Fields(s.text()), " ")
		if !strings.Contains(text, k.Info().About) {
			t.Errorf("%s is not explained:\n%s", k, s.text())
		}
	}
	lines := strings.Split(s.text(), "\n")
	if foot := lines[len(lines)-1]; !strings.Contains(foot, "choose") || strings.Contains(foot, "filter") {
		t.Errorf("the keys of the menu are said to be %q", foot)
	}
}

// What was asked for once has no course: its columns leave their room to others,
// and the screen says when it was taken instead of a window of time, and that the
// process has gone.
func TestProfileAskedForOnceSaysWhen(t *testing.T) {
	s := newFedScreen(t)
	at := s.m.now().Add(time.Second)
	c := capture(t, "small_heap_060.pb.gz")
	c.Kind, c.Time = profile.Allocs, at
	s.keep(c)
	s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	s.do(s.m.actions.values.chooseKind(profile.Allocs))
	when := "at " + at.Local().Format(time.TimeOnly)
	for _, pane := range []string{"Functions", "Stacks", "Flame"} {
		s.press(pane)
		text := s.text()
		if strings.Contains(text, "GROWTH/H") || strings.Contains(text, "VERDICT") || strings.Contains(text, "last 4m") {
			t.Errorf("pane %s speaks of growth:\n%s", pane, text)
		}
	}
	s.press("Functions")
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.wants("FLAT", "CUM")
	s.send(tea.WindowSizeMsg{Width: 120, Height: 30})
	s.wants(when)
	young := capture(t, "typ_heap_001.pb.gz")
	young.Time = at.Add(10 * time.Second)
	s.feed(young)
	s.wants("old process · allocs")
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.wants("old process")
	s.press("esc")
	s.wants("GROWTH/H", "heap inuse_space")
}

// Who stops what was asked is told so.
func TestStoppedProfileIsTold(t *testing.T) {
	s := watching(t, liveSource(t), 80, 24)
	s.press("p")
	s.choose(profile.CPU)
	_, cmd := s.m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	s.wants("Asking for CPU", "esc stops it")
	s.press("esc")
	s.wants("CPU: stopped.")
	s.do(cmd)
	s.wants("CPU: stopped.")
}

// A profile without a sample is no missing answer: most services record no
// blocking.
func TestEmptyProfileIsExplained(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	c := profile.Capture{Kind: profile.Block, Data: emptyProfile(t)}
	s.keep(c)
	s.do(s.m.actions.values.chooseKind(profile.Block))
	for _, pane := range []string{"Functions", "Stacks", "Flame"} {
		s.press(pane)
		text := strings.Join(strings.Fields(s.text()), " ")
		if !strings.Contains(text, "The profile is empty. Blocking: ") || !strings.Contains(text, "runtime.SetBlockProfileRate") {
			t.Errorf("pane %s does not say why nothing is there:\n%s", pane, s.text())
		}
	}
}

// emptyProfile is a profile without a sample, as the runtime writes it.
func emptyProfile(t *testing.T) []byte {
	t.Helper()
	const name = "leaktop test of nothing"
	p := runtimepprof.Lookup(name)
	if p == nil {
		p = runtimepprof.NewProfile(name)
	}
	var b bytes.Buffer
	if err := p.WriteTo(&b, 0); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// timed is a source whose timed profile comes when the test wants.
type timed struct {
	files
	come chan struct{}
}

func (f timed) Offers() []profile.Kind { return []profile.Kind{profile.CPU} }

func (f timed) Fetch(ctx context.Context, q source.Query) (profile.Capture, error) {
	select {
	case <-f.come:
		return f.files.Fetch(ctx, q)
	case <-ctx.Done():
		return profile.Capture{}, context.Cause(ctx)
	}
}

// A CPU profile shows how far it is, and esc stops it.
func TestTimedProfileShowsItsProgress(t *testing.T) {
	src := timed{typical, make(chan struct{})}
	s := newScreen(t, src, 100, 30)
	s.press("Functions", "p")
	s.choose(profile.CPU)
	s.press("left", "left", "left", "right")
	s.wants("CPU, 5s")
	_, cmd := s.m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	s.wants("Asking for CPU", "0 of 5s", "esc stops it")
	s.press("esc")
	if s.m.overlays.Top() != nil {
		t.Error("esc did not close the menu")
	}
	s.do(cmd) // the fetch ends, as it was stopped
	s.wants("heap inuse_space")
	if strings.Contains(s.text(), "canceled") {
		t.Error("what the user stopped is called a failure")
	}
}
