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
	"github.com/leaktop/leaktop/source/sourcetest"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// liveSource returns this process as a target watched over HTTP.
func liveSource(t *testing.T) source.Source {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return sourcetest.Open(t, srv.URL, source.Options{Interval: time.Hour})
}

// createContention produces samples in the block and mutex profiles.
func createContention(t *testing.T) {
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

// p opens every kind of profile that a service offers, in the same panes.
func TestEveryKindOfProfileOpens(t *testing.T) {
	createContention(t)
	s := watchFirstState(t, liveSource(t), 100, 30)
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		for latest, _ := s.m.vc.History.Latest(k); latest == nil; latest, _ = s.m.vc.History.Latest(k) {
			s.showLatest()
		}
	}
	for kind, sample := range map[profile.Kind]string{
		profile.Heap: "inuse_space", profile.Goroutine: "goroutine", profile.Allocs: "alloc_space",
		profile.Block: "delay", profile.Mutex: "delay", profile.ThreadCreate: "threadcreate",
	} {
		s.press("Growing", "p")
		s.selectKind(kind)
		s.press("enter")
		s.wants(format.Sample(string(kind), sample), "FLAT", "CUM")
		if rows := s.list().All(); len(rows) == 0 && kind != profile.ThreadCreate { // no thread may have been recorded
			t.Errorf("%s is empty", kind)
		}
		for _, pane := range []string{"Stacks", "Flame"} {
			s.press(pane)
			s.wants(format.Sample(string(kind), sample))
		}
	}
}

// selectKind moves the menu's cursor to a kind.
func (s *screen) selectKind(k profile.Kind) {
	s.t.Helper()
	for range profile.Kinds {
		if strings.Contains(s.text(), theme.SymbolCursor+" "+k.Info().Title+" ") || strings.Contains(s.text(), theme.SymbolCursor+" "+k.Info().Title+",") {
			return
		}
		s.press("down")
	}
	s.t.Fatalf("the menu has no %s", k)
}

// The menu explains each profile in full, and its footer shows only its own keys.
func TestMenuExplainsItself(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.press("p")
	for _, k := range []profile.Kind{profile.Heap, profile.Allocs, profile.Goroutine} {
		s.press("up", "up", "up", "up")
		s.selectKind(k)
		text := strings.Join(strings.Fields(s.text()), " ")
		if !strings.Contains(text, k.Info().About) {
			t.Errorf("%s is not explained:\n%s", k, s.text())
		}
	}
	lines := strings.Split(s.text(), "\n")
	if foot := lines[len(lines)-1]; !strings.Contains(foot, "choose") || strings.Contains(foot, "filter") {
		t.Errorf("got the menu's footer %q", foot)
	}
}

// A profile that was fetched once has no trend: the trend columns are hidden, and the screen shows the time of the
// fetch instead of a window, and that the process has since been replaced.
func TestProfileAskedForOnceSaysWhen(t *testing.T) {
	s := newLiveScreen(t)
	at := s.m.now().Add(time.Second)
	c := readCapture(t, "small_heap_060.pb.gz")
	c.Kind, c.Time = profile.Allocs, at
	s.addFetched(c)
	s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	s.do(s.m.actions.values.chooseKind(profile.Allocs))
	when := "at " + at.Local().Format(time.TimeOnly)
	for _, pane := range []string{"Functions", "Stacks", "Flame"} {
		s.press(pane)
		text := s.text()
		if strings.Contains(text, "GROWTH/H") || strings.Contains(text, "VERDICT") || strings.Contains(text, "last 4m") {
			t.Errorf("pane %s shows growth:\n%s", pane, text)
		}
	}
	s.press("Functions")
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.wants("FLAT", "CUM")
	s.send(tea.WindowSizeMsg{Width: 120, Height: 30})
	s.wants(when)
	young := readCapture(t, "typ_heap_001.pb.gz")
	young.Time = at.Add(10 * time.Second)
	s.sendCapture(young)
	s.wants("old process · allocs")
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.wants("old process")
	s.press("esc")
	s.wants("GROWTH/H", "heap inuse_space")
}

// After stopping a fetch, a message says that it was stopped.
func TestStoppedProfileIsTold(t *testing.T) {
	s := watchFirstState(t, liveSource(t), 80, 24)
	s.press("p")
	s.selectKind(profile.CPU)
	_, cmd := s.m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	s.wants("Asking for CPU", "esc stops it")
	s.press("esc")
	s.wants("CPU: stopped.")
	s.do(cmd)
	s.wants("CPU: stopped.")
}

// A profile without samples is not a failed fetch: most services do not record blocking.
func TestEmptyProfileIsExplained(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	c := profile.Capture{Kind: profile.Block, Data: emptyProfile(t)}
	s.addFetched(c)
	s.do(s.m.actions.values.chooseKind(profile.Block))
	for _, pane := range []string{"Functions", "Stacks", "Flame"} {
		s.press(pane)
		text := strings.Join(strings.Fields(s.text()), " ")
		if !strings.Contains(text, "The profile is empty. Blocking: ") || !strings.Contains(text, "runtime.SetBlockProfileRate") {
			t.Errorf("pane %s does not explain why it is empty:\n%s", pane, s.text())
		}
	}
}

// emptyProfile returns a profile without samples, as the runtime writes it.
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

// delayedSource is a source whose timed profile arrives when the test says so.
type delayedSource struct {
	files
	come chan struct{}
}

func (s delayedSource) Offers() []profile.Kind { return []profile.Kind{profile.CPU} }

func (s delayedSource) Fetch(ctx context.Context, q source.Query) (profile.Capture, error) {
	select {
	case <-s.come:
		return s.files.Fetch(ctx, q)
	case <-ctx.Done():
		return profile.Capture{}, context.Cause(ctx)
	}
}

// A CPU profile shows its progress, and esc stops it.
func TestTimedProfileShowsItsProgress(t *testing.T) {
	src := delayedSource{typical, make(chan struct{})}
	s := newScreen(t, src, 100, 30)
	s.press("Functions", "p")
	s.selectKind(profile.CPU)
	s.press("left", "left", "left", "right")
	s.wants("CPU, 5s")
	_, cmd := s.m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	s.wants("Asking for CPU", "0 of 5s", "esc stops it")
	s.press("esc")
	if s.m.overlays.Top() != nil {
		t.Error("esc did not close the menu")
	}
	s.do(cmd) // the fetch ends because it was stopped
	s.wants("heap inuse_space")
	if strings.Contains(s.text(), "canceled") {
		t.Error("a fetch that the user stopped is reported as a failure")
	}
}
