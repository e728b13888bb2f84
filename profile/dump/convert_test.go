package dump

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// A dump of this process becomes a profile with its goroutines and stacks.
func TestProfileOfADump(t *testing.T) {
	stop := make(chan struct{})
	var all sync.WaitGroup
	defer func() {
		close(stop)
		all.Wait()
	}()
	for range 7 {
		all.Go(func() { waitFor(stop) })
	}
	text := make([]byte, 1<<20)
	for {
		text = text[:runtime.Stack(text[:cap(text)], true)]
		if strings.Count(string(text), "[chan receive]:\ngithub.com/leaktop/leaktop/profile/dump.waitFor(") == 7 {
			break
		}
		runtime.Gosched()
	}
	if !IsDump(text) || !IsDump([]byte("SIGQUIT: quit\nPC=0x47\n\n"+string(text))) {
		t.Error("not taken for a dump")
	}
	d, err := Parse(append(text, '\n'))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	data, err := d.Profile(at)
	if err != nil {
		t.Fatal(err)
	}
	s, err := profile.NewHistoryBuilder().ParseCapture(profile.Capture{Kind: profile.Goroutine, Time: at, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	total, waiting := int64(0), int64(0)
	for _, sm := range s.Samples() {
		total += sm.Values[0]
		if isReceiving(sm.Stack) {
			waiting += sm.Values[0]
		}
	}
	if total != int64(d.N) || waiting != 7 || !s.Time.Equal(at) {
		t.Errorf("%d goroutines, %d of them wait, at %v; want %d, 7, %v", total, waiting, s.Time, d.N, at)
	}
}

// isReceiving reports whether a stack is that of [waitFor] in goroutine profiles.
func isReceiving(s *profile.Stack) bool {
	want := []string{"runtime.gopark", "runtime.chanrecv", "runtime.chanrecv1", "github.com/leaktop/leaktop/profile/dump.waitFor"}
	if s.Depth() < len(want) {
		return false
	}
	for i, name := range want {
		if s.FrameAt(i).Func.Name != name {
			return false
		}
	}
	return s.FrameAt(len(want)-1).Line > 0
}

//go:noinline
func waitFor(stop chan struct{}) { <-stop }

func TestIsDump(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "goroutine profile: total 3\n1 @ 0x1\n": false, "goroutine 1 is slow\n": false,
		"goroutine 1 [running]:\nmain.main()\n":                                        true,
		strings.Repeat("log line\n", 20) + "goroutine 18 [chan receive, 2 minutes]:\n": true,
		strings.Repeat("log line\n", 20_000) + "goroutine 1 [running]:\n":              false,
	} {
		if got := IsDump([]byte(text)); got != want {
			t.Errorf("%.40q: %v, want %v", text, got, want)
		}
	}
}

func TestParseCounts(t *testing.T) {
	const text = "goroutine profile: total 44\n" +
		"41 @ 0x48fe6d 0x42a1 0x1\n#\t0x48fe6c\truntime.gopark+0x10\t\t/go/src/runtime/proc.go:461\n#\t0x42a0\tshop.(*cart).wait+0x1d\t/src/shop/cart.go:41\n\n" +
		"2 @ 0x48fe6d 0x42b1\n# labels: {\"a\":\"b\"}\n#\t0x42b0\tshop.(*cart).pay+0x2\t/src/shop/cart.go:52\n\n1 @ 0x1\n"
	d, err := ParseCounts([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if d.N != 44 || len(d.Groups) != 3 {
		t.Fatalf("%d goroutines in %d groups, want 44 in 3", d.N, len(d.Groups))
	}
	if g := d.Groups[0]; len(g.Goroutines) != 41 || len(g.Stack) != 1 || g.Stack[0] != (profile.Place{Func: "shop.(*cart).wait", File: "/src/shop/cart.go", Line: 41}) {
		t.Errorf("the largest group is %d of %v", len(g.Goroutines), g.Stack)
	}
	for _, bad := range []string{"", "goroutine profile: total 3\n3 @ 0x1 0x2\n", "heap profile: 1: 2 [3: 4] @ heap/1\n", "goroutine profile: total 0\n"} {
		if _, err := ParseCounts([]byte(bad)); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

func FuzzParseCounts(f *testing.F) {
	f.Add([]byte("goroutine profile: total 2\n2 @ 0x48fe6d\n#\t0x48fe6c\tmain.f+0x10\t\t/a.go:4\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ParseCounts(data)
		if err != nil {
			return
		}
		if _, err := d.Profile(time.Unix(0, 0)); err != nil {
			t.Error(err)
		}
	})
}
