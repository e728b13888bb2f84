package dump

import (
	"bytes"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
)

const here = "github.com/leaktop/leaktop/profile/dump."

type box[T any] struct{ c chan T }

//go:noinline
func (b *box[T]) take() { <-b.c }

func nilReceive()        { <-(chan int)(nil) }
func nilSend()           { (chan int)(nil) <- 1 }
func forEver()           { select {} }
func lock(m *sync.Mutex) { m.Lock() }
func deep(n int, end chan struct{}) {
	if n == 0 {
		<-end
		return
	}
	deep(n-1, end)
}

// start leaves three goroutines in each state in which a service may hang.
func start(end chan struct{}, m *sync.Mutex) {
	for range 3 {
		go nilReceive()
		go nilSend()
		go forEver()
		go lock(m)
		go (&box[struct{}]{end}).take()
		go deep(150, end)
		go time.Sleep(20 * time.Second)
	}
}

// takeDump returns a full dump and a goroutine profile of this process.
func takeDump(t *testing.T) (Dump, *profile.Snapshot) {
	t.Helper()
	var text, prof bytes.Buffer
	for debug, to := range map[int]*bytes.Buffer{2: &text, 0: &prof} {
		if err := pprof.Lookup("goroutine").WriteTo(to, debug); err != nil {
			t.Fatal(err)
		}
	}
	d, err := Parse(text.Bytes())
	if err != nil || d.Truncated || d.N != strings.Count(text.String(), "\ngoroutine ")+1 {
		t.Fatalf("%d goroutines, cut %v, %v", d.N, d.Truncated, err)
	}
	s, err := profile.NewHistoryBuilder().ParseCapture(profile.Capture{Kind: profile.Goroutine, Data: prof.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	return d, s
}

// groupWith returns the group of the goroutines that have a function on their stack.
func (d Dump) groupWith(fn string) Group {
	for _, g := range d.Groups {
		for _, p := range g.Stack {
			if p.Func == fn {
				return g
			}
		}
	}
	return Group{}
}

func TestRealDump(t *testing.T) {
	end := make(chan struct{})
	defer close(end)
	var m sync.Mutex
	m.Lock()
	defer m.Unlock()
	start(end, &m)
	eventually.Holds(t, "the deepest goroutines hang", func() bool {
		d, _ := takeDump(t)
		_, n := d.groupWith(here + "deep").CommonState()
		return n == 3
	})
	d, s := takeDump(t)
	for fn, want := range map[string]string{
		here + "nilReceive": "chan receive (nil chan)", here + "nilSend": "chan send (nil chan)", here + "forEver": "select (no cases)",
		here + "lock": "sync.Mutex.Lock", here + "(*box[...]).take": "chan receive", here + "deep": "chan receive", "time.Sleep": "sleep",
	} {
		g := d.groupWith(fn)
		if fn == "time.Sleep" { // the test itself may sleep as well
			for _, other := range d.Groups {
				if len(other.Stack) == 1 && other.Stack[0].Func == fn {
					g = other
				}
			}
		}
		state, n := g.CommonState()
		by, started := g.CommonCreator()
		if state != want || n != 3 || by.Func != here+"start" || by.Line == 0 || started != 3 {
			t.Errorf("%s: %d × %q, %d of %s:%d, want 3 × %q of start", fn, n, state, started, by.Func, by.Line, want)
		}
		// The same stack is found in the profile.
		if n := countInProfile(s, g); n != 3 {
			t.Errorf("%s: the profile has %d goroutines there", fn, n)
		}
	}
	later, _ := takeDump(t)
	if n := CountRetained(d.groupWith(here+"lock"), later.groupWith(here+"lock")); n != 3 {
		t.Errorf("%d of 3 stayed", n)
	}
}

// countInProfile returns the number of goroutines of a profile that have the stack
// of a group.
func countInProfile(s *profile.Snapshot, g Group) int64 {
	n := int64(0)
	for _, sm := range s.Samples() {
		if profile.StackKey(sm.Stack.Places(), true) == profile.StackKey(g.Stack, true) {
			n += sm.Values[0]
		}
	}
	return n
}
