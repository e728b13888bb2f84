package ui

import (
	"bytes"
	"fmt"
	"net"
	"path"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/tui/functions"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// The rows add up to all goroutines of the profile, including the one that takes the profile.
func TestGoroutinesAddUp(t *testing.T) {
	s := newScreen(t, typical, 120, 40)
	s.press("Goroutines")
	sum := int64(0)
	for _, r := range s.list().All() {
		sum += numbersOf(r).Cum
	}
	if sum != typicalGoroutines {
		t.Errorf("got rows with %d goroutines, want the profile's %d", sum, typicalGoroutines)
	}
}

// typicalGoroutines is the total of go tool pprof -top typ_goroutine_300.pb.gz.
const typicalGoroutines = 182

// Each of these functions blocks in a different way.
func hangSend(c chan struct{})    { c <- struct{}{} }
func hangReceive(c chan struct{}) { <-c }
func hangSelect(a, b <-chan struct{}) {
	select {
	case <-a:
	case <-b:
	}
}
func hangLock(l *sync.Mutex)      { l.Lock() }
func hangRead(l *sync.RWMutex)    { l.RLock() }
func hangWrite(l *sync.RWMutex)   { l.Lock() }
func hangGroup(g *sync.WaitGroup) { g.Wait() }
func hangAccept(l net.Listener)   { _, _ = l.Accept() }

func hangCond(c *sync.Cond) {
	c.L.Lock()
	c.Wait()
	c.L.Unlock()
}

func hangSleep(ended chan struct{}) {
	for {
		select {
		case <-ended:
			return
		default:
			time.Sleep(50 * time.Millisecond)
		}
	}
}

func hangRun(ended *atomic.Bool) {
	for !ended.Load() {
	}
}

// The goroutines that run these functions cannot be stopped.
func hangForever()                { select {} }
func hangNilSend(c chan<- int)    { c <- 1 }
func hangNilReceive(c <-chan int) { <-c }
func hangNilSelect(a, b chan bool) {
	select {
	case <-a:
	case b <- true:
	}
}

// goroutinesNow returns the goroutine profile of this process.
func goroutinesNow(t *testing.T, at time.Time) profile.Capture {
	t.Helper()
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 0); err != nil {
		t.Fatal(err)
	}
	return profile.Capture{Kind: profile.Goroutine, Time: at, Data: b.Bytes()}
}

// waitForParked returns the goroutine profile of this process once n goroutines are in a function.
func waitForParked(t *testing.T, at time.Time, function string, n int64) profile.Capture {
	t.Helper()
	for deadline := time.Now().Add(eventually.Patience); time.Now().Before(deadline); {
		c, h := goroutinesNow(t, at), profile.NewHistoryBuilder()
		if _, err := h.Add(c); err != nil {
			t.Fatal(err)
		}
		sum, all := int64(0), true
		table, _ := h.History().Rows(profile.Selection{Kind: profile.Goroutine, By: profile.ByStack})
		for _, r := range table.Rows {
			if hasFrame(r.Stack, function) {
				sum, all = sum+r.Cum, all && functions.WaitsFor(r.Stack) != "running"
			}
		}
		if sum == n && all {
			return c
		}
	}
	t.Fatalf("%d goroutines in %s never appeared", n, function)
	return profile.Capture{}
}

func hasFrame(s *profile.Stack, function string) bool {
	return s != nil && s.HasFrame(func(f profile.Frame) bool { return strings.HasSuffix(f.Func.Name, function) })
}

// rowsIn returns the rows of goroutines in a function.
func rowsIn(l list.Table, function string) (rows []list.Row) {
	for _, r := range l.All() {
		if strings.Contains(r.RowLabel().Name, path.Base(function)) {
			rows = append(rows, r)
		}
	}
	return rows
}

// waitsOf returns what the pane says that goroutines in a function wait for, or "" unless exactly one row has them.
func (s *screen) waitsOf(function string) (waits string) {
	var d export.Document
	s.list().Document()(&d)
	cols := d.Tables[0].Columns
	wait := slices.IndexFunc(cols, func(c export.Column) bool { return c.ID == "wait" })
	for i, r := range s.list().Shown() {
		switch {
		case !strings.Contains(r.RowLabel().Name, path.Base(function)):
		case waits != "":
			return ""
		default:
			waits = d.Tables[0].Rows[i][wait].Text
		}
	}
	return waits
}

// The pane shows what goroutines of a real process wait for.
func TestWhatGoroutinesWaitFor(t *testing.T) {
	sent, received, selected, ended := make(chan struct{}), make(chan struct{}), make(chan struct{}), make(chan struct{})
	var lock sync.Mutex
	var read, written sync.RWMutex
	var others sync.WaitGroup
	var ran atomic.Bool
	bell := sync.NewCond(new(sync.Mutex))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	lock.Lock()
	read.Lock()
	written.RLock()
	others.Add(1)
	table := []struct {
		in, waits string
		hang, end func()
	}{
		{"hangSend", "channel send", func() { hangSend(sent) }, func() { <-sent }},
		{"hangReceive", "channel receive", func() { hangReceive(received) }, func() { close(received) }},
		{"hangSelect", "select", func() { hangSelect(selected, nil) }, func() { close(selected) }},
		{"hangSleep", "sleep", func() { hangSleep(ended) }, func() { close(ended) }},
		{"hangLock", "mutex", func() { hangLock(&lock) }, lock.Unlock},
		{"hangRead", "rwmutex", func() { hangRead(&read) }, read.Unlock},
		{"hangWrite", "rwmutex", func() { hangWrite(&written) }, written.RUnlock},
		{"hangGroup", "wait group", func() { hangGroup(&others) }, others.Done},
		{"hangCond", "condition", func() { hangCond(bell) }, bell.Broadcast},
		{"hangAccept", "network or file", func() { hangAccept(listener) }, func() { _ = listener.Close() }},
		{"hangRun", "running", func() { hangRun(&ran) }, func() { ran.Store(true) }},
	}
	s := newScreen(t, files{}, 160, 60)
	s.press("Goroutines")
	var all sync.WaitGroup
	want := map[string]string{}
	for _, h := range table {
		all.Go(h.hang)
		want["/ui."+h.in] = h.waits
	}
	s.wantWaits(want)
	for line := range strings.Lines(s.text()) {
		for _, h := range table {
			if strings.Contains(line, "."+h.in+" ") && !strings.Contains(line, " "+h.waits+" ") {
				t.Errorf("the row of %s is %q", h.in, line)
			}
		}
	}
	s.wants("WAITS", "network or file", "wait group")
	for _, h := range table {
		h.end()
	}
	all.Wait()
}

// wantWaits checks what the pane says that goroutines of this process wait for, by a function on their stack. It
// retries, because goroutines take a moment to block.
func (s *screen) wantWaits(want map[string]string) {
	s.t.Helper()
	wrong, deadline := []string{""}, time.Now().Add(eventually.Patience)
	for at := time.Now(); len(wrong) > 0 && time.Now().Before(deadline); at = at.Add(time.Second) {
		s.ingest(goroutinesNow(s.t, at))
		s.do(s.m.currentPage().Refresh(true))
		wrong = nil
		for in, waits := range want {
			if got := s.waitsOf(in); got != waits {
				wrong = append(wrong, fmt.Sprintf("goroutines in %s wait for %q, want %q", in, got, waits))
			}
		}
	}
	for _, text := range wrong {
		s.t.Error(text)
	}
}

// Goroutines that wait for something that cannot happen are distinguished from others. The goroutines of this test stay
// until the process ends.
func TestWhatWaitsForNothing(t *testing.T) {
	go hangForever()
	go hangNilSend(nil)
	go hangNilReceive(nil)
	go hangNilSelect(nil, nil)
	s := newScreen(t, files{}, 160, 60)
	s.press("Goroutines")
	s.wantWaits(map[string]string{
		"/ui.hangForever": "select {}", "/ui.hangNilSend": "channel send", "/ui.hangNilReceive": "channel receive", "/ui.hangNilSelect": "select",
	})
	s.wants("select {}")
}

// The function that started a goroutine with a WaitGroup does not show what the goroutine waits for, and neither does a
// C function.
func TestWhatFramesDoNotTell(t *testing.T) {
	for want, leafFirst := range map[string][]string{
		"running":    {"main.hash", "main.work", "sync.(*WaitGroup).Go.func1"},
		"":           {"runtime.gopark", "runtime.gcParkAssist", "main.work", "sync.(*WaitGroup).Go.func1"},
		"wait group": {"runtime.gopark", "runtime.goparkunlock", "runtime.semacquire1", "sync.runtime_SemacquireWaitGroup", "sync.(*WaitGroup).Wait", "main.main"},
		"C call":     {"runtime.cgocall", "net._C2func_getaddrinfo", "net.cgoLookupHostIP", "main.work"},
	} {
		var frames []profile.Frame
		for _, name := range leafFirst {
			frames = append(frames, profile.Frame{Func: &profile.Function{Name: name}})
		}
		s := profile.NewStack(nil, frames...)
		if got := functions.WaitsFor(s); got != want {
			t.Errorf("%v: got wait %q, want %q", leafFirst, got, want)
		}
	}
}

// After b the counts are differences, including goroutines that started and ended since, and after B they are absolute
// again.
func TestBaselineOfGoroutines(t *testing.T) {
	s := newLiveScreen(t)
	s.press("Goroutines")
	held, ended := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	now, at := int64(0), time.Now()
	for _, step := range []struct {
		key  string
		come int64 // goroutines to start; negative: to end
		want int64
	}{
		{come: 3, want: 3},
		{key: "b", want: 0},
		{come: 4, want: 4},
		{key: "B", want: 7},
		{key: "b", want: 0},
		{come: -2, want: -2},
		{come: 1, want: -1},
		{key: "b", want: 0}, // set the baseline again
		{come: 2, want: 2},
		{key: "B", want: 8},
		{come: -8, want: 0},
	} {
		for range step.come {
			all.Go(func() { hangSelect(held, ended) })
		}
		for range -step.come {
			held <- struct{}{}
		}
		now += step.come
		if step.come != 0 {
			at = at.Add(time.Second)
			s.sendCapture(waitForParked(t, at, "/ui.hangSelect", now))
		} else {
			s.press(step.key)
		}
		sum := int64(0)
		for _, r := range rowsIn(s.list(), "/ui.hangSelect") {
			sum += numbersOf(r).Cum
		}
		if sum != step.want {
			t.Fatalf("after %q and %+d: got %d goroutines, want %d", step.key, step.come, sum, step.want)
		}
	}
	close(ended)
	all.Wait()
}
