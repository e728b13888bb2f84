package source_test

import (
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/source/target"
)

// watched is a session that watches a shop in fake time and checks every state.
type watched struct {
	t     *testing.T
	shop  *shop
	s     *session.Session
	mu    sync.Mutex
	last  session.State // guarded by mu, except in the goroutine that writes it
	ended chan struct{}
	stop  func()
}

// watchShop starts a session. It must be called in a synctest bubble.
func watchShop(t *testing.T, s *shop) *watched {
	t.Helper()
	server := &http.Server{Handler: s} //nolint:gosec // test server
	go func() { _ = server.Serve(s) }()
	base, err := url.Parse("http://shop")
	if err != nil {
		t.Fatal(err)
	}
	src, err := source.OpenLink(target.Target{Scheme: target.SchemeHTTP, Name: "shop", URL: base}, source.Options{}, s)
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{t: t, shop: s, s: session.New(src), ended: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- w.s.Run(ctx) }()
	go func() {
		defer close(w.ended)
		for st := range w.s.Updates() {
			w.checkState(st)
			w.setState(st)
		}
	}()
	w.stop = func() {
		cancel()
		if err := <-ran; err != nil {
			t.Errorf("the watch ended with error %v", err)
		}
		<-w.ended
		_ = src.Close()
		_ = server.Close()
		time.Sleep(5 * time.Minute) // let handlers return
	}
	return w
}

func (w *watched) setState(st session.State) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = st
}

// awaitState returns the newest state.
func (w *watched) awaitState() session.State {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

// checkState checks what must hold in every state, whatever the target does.
func (w *watched) checkState(st session.State) {
	if st.Ended && st.Err != nil {
		w.t.Errorf("the session ended with error %v", st.Err)
	}
	if st.Polls < w.last.Polls || st.Polls < 0 || st.Restarts < w.last.Restarts || st.Repeats < 0 || st.Stale < 0 || st.Report.Watched < 0 {
		w.t.Errorf("a counter decreased or is negative: %d polls, %d restarts, %d repeats, stale %v, watched %v", st.Polls, st.Restarts, st.Repeats, st.Stale, st.Report.Watched)
	}
	if st.Now.Before(w.last.Now) {
		w.t.Errorf("Now went back from %v to %v", w.last.Now, st.Now)
	}
	for _, line := range []profile.Line{st.Heap, st.Goroutines, st.RSS, st.Sys} {
		for _, segment := range line {
			if v := segment[len(segment)-1].V; v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
				w.t.Errorf("got a line with the value %v", v)
			}
		}
	}
	if c := st.Status.Cost; c < 0 || math.IsNaN(c) || c > 1 {
		w.t.Errorf("got cost %v", c)
	}
	for _, e := range st.Status.Endpoints {
		if e.Err != nil && plain.Line(e.Err.Error()) != e.Err.Error() {
			w.t.Errorf("%q is not safe to show", e.Err)
		}
	}
	if n := len(st.Events); n > 0 {
		if text := st.Events[n-1].Text; plain.Line(text) != text || strings.Contains(text, "-9223") || len(text) > 1000 {
			w.t.Errorf("got event %q", text)
		}
	}
}

// measureUsage returns the live heap and the goroutines of this process, after a collection.
func measureUsage() (heap uint64, goroutines int) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc, runtime.NumGoroutine()
}

// checkNotGrown checks that heap and goroutines have not grown, apart from the history.
func checkNotGrown(t *testing.T, heap uint64, goroutines int) {
	t.Helper()
	h, g := measureUsage()
	if h > heap+24<<20 {
		t.Errorf("the heap grew from %d MB to %d MB", heap>>20, h>>20)
	}
	if g > goroutines+8 {
		var stacks strings.Builder
		_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1)
		t.Errorf("goroutines grew from %d to %d:\n%.6000s", goroutines, g, stacks.String())
	}
}

// TestHundredRestarts checks that each restart is counted once and that nothing of the old processes is retained.
func TestHundredRestarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := newShop(true, 1)
		w := watchShop(t, shop)
		defer w.stop()
		time.Sleep(time.Minute)
		heap, goroutines := measureUsage()
		for range 100 {
			time.Sleep(40 * time.Second)
			shop.setFault(fault{refuses: true})
			time.Sleep(3 * time.Second)
			shop.restartProcess()
			shop.setFault(fault{})
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if w.awaitState().Restarts != 100 {
			t.Errorf("got %d restarts, want 100", w.awaitState().Restarts)
		}
		if w.awaitState().Status.Endpoints[0].Err != nil {
			t.Errorf("the target is no longer watched: %v", w.awaitState().Status.Endpoints[0].Err)
		}
		checkNotGrown(t, heap, goroutines)
	})
}

// TestPacketLoss checks that losing a third of all connections and responses for ten minutes does not look like
// restarts.
func TestPacketLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := newShop(true, 2)
		w := watchShop(t, shop)
		defer w.stop()
		time.Sleep(2 * time.Minute)
		heap, goroutines := measureUsage()
		polls := w.awaitState().Polls
		shop.setFault(fault{loss: 0.3})
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if n := w.awaitState().Polls - polls; n < 60 {
			t.Errorf("got %d profiles in ten minutes", n)
		}
		if w.awaitState().Restarts != 0 {
			t.Errorf("packet loss was counted as %d restarts", w.awaitState().Restarts)
		}
		shop.setFault(fault{})
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		w.checkVerdict()
		checkNotGrown(t, heap, goroutines)
	})
}

// TestSlowAnswers checks responses that arrive after 30 seconds, which is longer than leaktop waits.
func TestSlowAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := newShop(true, 3)
		w := watchShop(t, shop)
		defer w.stop()
		time.Sleep(2 * time.Minute)
		heap, goroutines := measureUsage()
		shop.setFault(fault{delay: 30 * time.Second})
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if !slices.ContainsFunc(w.awaitState().Status.Endpoints, func(e source.Endpoint) bool {
			return e.Err != nil && strings.Contains(e.Err.Error(), "no response within")
		}) {
			t.Errorf("no endpoint reports the timeout: %+v", w.awaitState().Status.Endpoints)
		}
		shop.setFault(fault{})
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		if w.awaitState().Restarts != 0 {
			t.Errorf("timeouts were counted as %d restarts", w.awaitState().Restarts)
		}
		w.checkVerdict()
		checkNotGrown(t, heap, goroutines)
	})
}

// checkVerdict checks the verdict against whether the shop leaks.
func (w *watched) checkVerdict() {
	w.t.Helper()
	r := w.awaitState().Report
	found := slices.ContainsFunc(r.Suspects, func(s leak.Suspect) bool { return strings.Contains(s.Label(), "(*Cache).Put") })
	switch {
	case w.shop.leaks && (r.Verdict != leak.Leaks || !found):
		w.t.Errorf("leaking shop: got verdict %s with %d suspects: %v", r.Verdict, len(r.Suspects), r.Caveat)
	case !w.shop.leaks && r.Verdict == leak.Leaks:
		w.t.Errorf("shop that does not leak: got verdict %s: %s", r.Verdict, r.Suspects[0].Sentence)
	}
}

// chaosParameters returns how long a run of chaos takes in fake time, and its seed: half an hour, or twelve hours with
// LEAKTOP_LONG=1. LEAKTOP_SEED repeats a run.
func chaosParameters() (time.Duration, uint64) {
	d, seed := 30*time.Minute, uint64(20261129)
	if os.Getenv("LEAKTOP_LONG") != "" {
		d = 12 * time.Hour
	}
	if n, err := strconv.ParseUint(os.Getenv("LEAKTOP_SEED"), 10, 64); err == nil {
		seed = n
	}
	return d, seed
}

// faults are what a run of chaos draws from; nil restarts the shop.
var faults = []*fault{
	nil,
	{name: "refused", refuses: true},
	{name: "black hole", hangs: true},
	{name: "slow", delay: 5 * time.Second},
	{name: "silent", delay: 45 * time.Second},
	{name: "loss", loss: 0.3},
	{name: "heavy loss", loss: 0.8},
	{name: "junk", junk: true},
}

// TestChaos lets faults start and end at random, followed by a quarter of an hour without faults, after which the
// verdict must be correct.
func TestChaos(t *testing.T) {
	for _, leaks := range []bool{true, false} {
		t.Run("leaks="+strconv.FormatBool(leaks), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { runChaos(t, leaks) })
		})
	}
}

func runChaos(t *testing.T, leaks bool) {
	length, seed := chaosParameters()
	rng := rand.New(rand.NewPCG(seed, 2))
	shop := newShop(leaks, seed)
	w := watchShop(t, shop)
	defer w.stop()
	began, counts := time.Now(), map[string]int{}
	var heap uint64
	var goroutines int
	seconds := func(from, to int) time.Duration { return time.Duration(from+rng.IntN(to-from)) * time.Second }
	for time.Since(began) < length {
		time.Sleep(seconds(10, 120))
		if heap == 0 && time.Since(began) > length/4 {
			heap, goroutines = measureUsage()
		}
		f := faults[rng.IntN(len(faults))]
		if f == nil {
			counts["restart"]++
			shop.setFault(fault{refuses: true})
			time.Sleep(seconds(1, 6))
			shop.restartProcess()
		} else {
			counts[f.name]++
			shop.setFault(*f)
			time.Sleep(seconds(5, 180))
		}
		shop.setFault(fault{})
	}
	time.Sleep(15 * time.Minute)
	synctest.Wait()
	checkNotGrown(t, heap, goroutines)
	w.checkVerdict()
	// A process that started and ended between two profiles cannot be counted.
	if n := w.awaitState().Restarts; n > counts["restart"] || n < counts["restart"]*2/3 {
		t.Errorf("got %d restarts, want %d", n, counts["restart"])
		for _, e := range w.awaitState().Events {
			if e.Kind == profile.EventRestart {
				t.Logf("%v: %s", e.Time.Sub(began).Round(time.Second), e.Text)
			}
		}
	}
	now, _ := measureUsage()
	t.Logf("%v", w.awaitState().Report.Caveat)
	t.Logf("seed %d, %v: faults %v; %d polls, %d restarts counted, %d events, verdict %s, heap %d MB, then %d MB",
		seed, length, counts, w.awaitState().Polls, w.awaitState().Restarts, len(w.awaitState().Events), w.awaitState().Report.Verdict, heap>>20, now>>20)
}

// jumpingClock is a recording of a shop whose clock jumps forward and back.
type jumpingClock struct {
	source.Source
	leaks bool
	jumps map[int]time.Duration // by poll number
}

func (j jumpingClock) Name() string { return "jumping" }

func (j jumpingClock) Watch(_ context.Context, send func(source.Message)) error {
	shop := newShop(j.leaks, 1)
	at := time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)
	for poll := range 300 {
		at = at.Add(2*time.Second + j.jumps[poll])
		age := time.Duration(poll) * 2 * time.Second
		send(source.Capture{Capture: profile.Capture{Kind: profile.Heap, Time: at, Data: shop.newHeap(age, poll%5)}})
		send(source.Capture{Capture: profile.Capture{Kind: profile.Goroutine, Time: at, Data: shop.newGoroutines(age, poll%5)}})
	}
	return nil
}

// TestClockJumps moves the clock by hours, as after suspending or by an operator: no count becomes negative, nothing is
// wrongly called a leak, and a real leak is found once enough time has passed since the last jump.
func TestClockJumps(t *testing.T) {
	for name, jumps := range map[string]map[int]time.Duration{
		"forth":           {150: 3 * time.Hour},
		"back":            {150: -3 * time.Hour},
		"forth and back":  {100: time.Hour, 200: -time.Hour},
		"back a little":   {150: -5 * time.Second, 152: -5 * time.Second, 154: -5 * time.Second},
		"far":             {150: 50 * 365 * 24 * time.Hour},
		"to the long ago": {150: -20 * 365 * 24 * time.Hour},
	} {
		for _, leaks := range []bool{true, false} {
			t.Run(name+", leaks="+strconv.FormatBool(leaks), func(t *testing.T) {
				t.Parallel()
				w := &watched{t: t, shop: &shop{leaks: leaks}, s: session.New(jumpingClock{leaks: leaks, jumps: jumps})}
				done := make(chan error, 1)
				go func() { done <- w.s.Run(t.Context()) }()
				for st := range w.s.Updates() {
					w.checkState(st)
					w.setState(st)
				}
				if err := <-done; err != nil {
					t.Fatal(err)
				}
				if v := w.awaitState().Report.Verdict; !leaks && v == leak.Leaks {
					t.Errorf("shop that does not leak: got verdict %s: %s", v, w.awaitState().Report.Suspects[0].Sentence)
				} else if leaks && v == leak.Steady {
					t.Errorf("leaking shop: got verdict %s", v)
				}
				if w.awaitState().Report.Watched < 0 || w.awaitState().Report.Watched > 200*365*24*time.Hour {
					t.Errorf("got watched time %v", w.awaitState().Report.Watched)
				}
			})
		}
	}
}
