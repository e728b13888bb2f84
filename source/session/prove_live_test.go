package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/demo"
	"github.com/leaktop/leaktop/source/sourcetest"
)

// TestMain lets the test binary act as the sample service.
func TestMain(m *testing.M) {
	if len(os.Args) > 3 && os.Args[1] == "demo" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		if err := demo.Command(ctx, os.Args[3], os.Args[4:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		return
	}
	eventually.CollectLess()
	eventually.RunMoreInParallel(2)
	goleak.VerifyTestMain(m)
}

// watchDemo watches the sample service in a process of its own.
func watchDemo(t *testing.T, names ...string) *Session {
	t.Helper()
	child, err := demo.Start(t.Context(), os.Args[0], names)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Stop() })
	src := sourcetest.Open(t, child.URL, source.Options{Interval: 200 * time.Millisecond, Cost: 1})
	w := New(src)
	t.Cleanup(startWatch(t, w))
	return w
}

// nameless are the leaks of the sample service whose stacks name no function of the user. Each is identified by frames
// that its goroutines have and one that they do not have.
var nameless = []struct{ name, on, off string }{
	{"unclosed-body", "net/http.(*persistConn).readLoop", "internal/poll.(*FD).Read"},
	{"transport-per-call", "internal/poll.(*FD).Read < net/http.(*persistConn).readLoop", ""},
	{"unclosed-rows", "database/sql.(*Rows).awaitDone", ""},
	{"bare-sleep", "time.Sleep", ""},
}

// TestTraceNamesEachCreator runs all of these leaks at once, together with the service's own traffic, and checks that
// each gets the right creator.
func TestTraceNamesEachCreator(t *testing.T) {
	t.Parallel()
	names := []string{"nil-channel"}
	for _, n := range nameless {
		names = append(names, n.name)
	}
	w := watchDemo(t, names...)
	nextState(w, func(st State) bool { return len(st.Goroutines) > 0 })
	for tries := 0; ; tries++ {
		if _, err := w.Trace(t.Context(), TraceSeconds); err != nil {
			t.Fatal(err)
		}
		wrong := findMisnamed(t, nextState(w, func(st State) bool { return len(st.Known) >= len(nameless) }))
		if wrong == "" {
			break
		}
		if tries == 3 { // on a busy machine a leak may not grow within 3 s
			t.Fatal(wrong)
		}
	}
	if _, err := w.Dump(t.Context()); err != nil {
		t.Fatal(err)
	}
	st := nextState(w, func(st State) bool { return factsOf(st, "time.Sleep", "").State != "" })
	await := "github.com/leaktop/leaktop/source/demo/goroutines.(*giftWrap).await"
	if k := factsOf(st, await, ""); k.State != "chan receive (nil chan)" || k.Starter().Func == nil || !strings.HasSuffix(k.Starter().Func.Name, "(*giftWrap).handleGift") {
		t.Errorf("nil channel: got %+v", k)
	}
	if wrong := findMisnamed(t, st); wrong != "" {
		t.Errorf("after the dump: %s", wrong)
	}
	if !slices.ContainsFunc(st.Events, func(e profile.Event) bool {
		return e.Outcome != nil && e.Outcome.Request == profile.RequestTrace && e.Outcome.Seconds == 3
	}) {
		t.Errorf("no event for the trace: %v", st.Events)
	}
}

// findMisnamed describes the first leak that does not have the right creator, or returns "".
func findMisnamed(t *testing.T, st State) string {
	t.Helper()
	for _, n := range nameless {
		want, err := demo.Lookup([]string{n.name})
		if err != nil {
			t.Fatal(err)
		}
		k := factsOf(st, n.on, n.off)
		if who := k.Starter(); who.Func == nil || who.Func.Name != want[0].Want.Function || who.Line == 0 {
			return fmt.Sprintf("%s is said to be started by %+v, want %s (%+v)", n.name, who, want[0].Want.Function, k.Creators)
		}
	}
	return ""
}

// factsOf returns what is known of the goroutines that have the functions of on ("a < b") in their stack, but not the
// function off.
func factsOf(st State, on, off string) leak.StackFacts {
	has := func(s *profile.Stack, fn string) bool {
		return s.HasFrame(func(f profile.Frame) bool { return f.Func.Name == fn })
	}
	all := func(s *profile.Stack) bool {
		return !slices.ContainsFunc(strings.Split(on, " < "), func(fn string) bool { return !has(s, fn) })
	}
	for s, k := range st.Known {
		if all(s) && (off == "" || !has(s, off)) && (on != "time.Sleep" || len(s.Places()) == 1) {
			return k
		}
	}
	return leak.StackFacts{}
}

// The sample service is built with this toolchain: if its runtime can prove leaks, leaktop does; if not, the error says
// what that requires.
func TestProveOnALiveService(t *testing.T) {
	w := New(openService(t))
	stop := startWatch(t, w)
	defer stop()
	nextState(w, func(st State) bool { return len(st.Goroutines) > 0 && st.Status.Goroutines > 0 })
	if pprof.Lookup(string(profile.GoroutineLeak)) == nil {
		if _, err := w.ProveLeaks(t.Context()); !errors.Is(err, ErrNoLeakProfile) {
			t.Errorf("got %v, want %v", err, ErrNoLeakProfile)
		}
		return
	}
	o, err := w.ProveLeaks(t.Context())
	if err != nil || o.Request != profile.RequestProof || (o.Goroutines == 0) != (o.Places == 0) {
		t.Errorf("got %+v, %v", o, err)
	}
}
