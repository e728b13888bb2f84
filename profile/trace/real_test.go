package trace

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/pprof"
	rtrace "runtime/trace"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
)

const (
	here  = "github.com/leaktop/leaktop/profile/trace."
	times = 7 // number of times that each leak runs
)

// leak is a way to leave goroutines behind whose stacks have none of our functions.
type leak struct {
	name   string
	do     func(t *testing.T, url string)
	waits  string // a line in a full dump of each goroutine left behind
	what   string // the function that these goroutines run
	within string // a function that is on the stack where they wait
	who    string
}

// leaks are leaks as people write them. The tests wait until the goroutines block,
// and end them at the end.
var leaks = []leak{
	{"unclosed body", fetchPrice, "net/http.(*persistConn).readLoop(", "net/http.(*persistConn).readLoop", "net/http.(*persistConn).readLoop", "fetchPrice"},
	{"a transport per call", quote, "net/http.(*persistConn).readLoop(", "net/http.(*persistConn).readLoop", "internal/poll.(*FD).Read", "quote"},
	{"unclosed rows", latest, "database/sql.(*Rows).awaitDone(", "database/sql.(*Rows).awaitDone", "database/sql.(*Rows).awaitDone", "latest"},
	{"bare sleep", pay, "time.Sleep(", "time.Sleep", "time.Sleep", "pay"},
}

func fetchPrice(t *testing.T, url string) {
	for range times {
		resp, err := http.Get(url) //nolint:bodyclose // the leak
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = resp.Body.Close() })
	}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
}

func quote(t *testing.T, url string) {
	for range times {
		client := &http.Client{Transport: &http.Transport{}}
		resp, err := client.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		t.Cleanup(client.CloseIdleConnections)
	}
}

func latest(t *testing.T, _ string) {
	db := sql.OpenDB(oneRow{})
	t.Cleanup(func() { _ = db.Close() })
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	for range times {
		rows, err := db.QueryContext(ctx, "select")
		if err != nil || !rows.Next() {
			t.Fatal(err, rows.Err())
		}
	}
}

func pay(_ *testing.T, _ string) {
	for range times {
		go time.Sleep(4 * time.Second)
	}
}

// oneRow is a database with one row.
type oneRow struct{ done bool }

func (d oneRow) Connect(context.Context) (driver.Conn, error) { return oneRow{}, nil }
func (d oneRow) Driver() driver.Driver                        { return nil }
func (oneRow) Prepare(string) (driver.Stmt, error)            { return nil, driver.ErrSkip }
func (oneRow) Begin() (driver.Tx, error)                      { return nil, driver.ErrSkip }
func (oneRow) Close() error                                   { return nil }
func (oneRow) Columns() []string                              { return []string{"id"} }

func (oneRow) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return &oneRow{}, nil
}

func (r *oneRow) Next([]driver.Value) error {
	if r.done {
		return io.EOF
	}
	r.done = true
	return nil
}

// record traces this process while do runs, until n goroutines with a line on their
// stacks wait.
func record(t *testing.T, line string, n int, do func()) []byte {
	t.Helper()
	awaitParked(t, line, func(n int) bool { return n == 0 || line == "" })
	var buf bytes.Buffer
	if err := rtrace.Start(&buf); err != nil {
		t.Fatal(err)
	}
	do()
	awaitParked(t, line, func(have int) bool { return have >= n })
	rtrace.Stop()
	return buf.Bytes()
}

// awaitParked waits until enough goroutines with a line on their stacks are parked,
// because a trace shows where a goroutine waits only once it does.
func awaitParked(t *testing.T, line string, enough func(int) bool) {
	t.Helper()
	b := make([]byte, 4<<20)
	eventually.Holds(t, "goroutines in "+line, func() bool {
		n := 0
		for stack := range strings.SplitSeq(string(b[:runtime.Stack(b, true)]), "\n\n") {
			header, _, _ := strings.Cut(stack, "\n")
			if strings.Contains(stack, line) && !strings.Contains(header, "[run") { // running, runnable
				n++
			}
		}
		return enough(n)
	})
}

func TestCreatorsOfRealLeaks(t *testing.T) {
	supplier := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(bytes.Repeat([]byte("later "), 10000))
	}))
	defer supplier.Close()
	for _, l := range leaks {
		t.Run(l.name, func(t *testing.T) {
			data := record(t, l.waits, times, func() { l.do(t, supplier.URL) })
			tr, err := Read(t.Context(), data)
			if err != nil || tr.Truncated || tr.Span <= 0 || tr.Started < times {
				t.Fatalf("trace %+v, %v", tr, err)
			}
			n := 0
			for _, c := range tr.Creators(profile.NewHistoryBuilder()) {
				if c.Entry != l.what || !within(c.WaitStack, l.within) {
					continue
				}
				if c.Func.Name != here+l.who || c.Line == 0 {
					t.Errorf("%d that begin with %s are said to come of %s:%d, want %s", c.N, c.Entry, c.Func.Name, c.Line, l.who)
				}
				n += c.N
			}
			if n < times {
				t.Errorf("%d goroutines were found, want %d or more: %+v", n, times, tr.Births)
			}
		})
	}
}

func within(at []profile.Place, fn string) bool {
	return slices.ContainsFunc(at, func(p profile.Place) bool { return p.Func == fn })
}

// Goroutines that ended within the trace are left out.
func TestEndedGoroutinesAreLeftOut(t *testing.T) {
	data := record(t, "", 0, func() {
		before, done := runtime.NumGoroutine(), make(chan bool)
		for range 100 {
			go func() { done <- true }()
		}
		for range 100 {
			<-done
		}
		eventually.Wait(func() bool { return runtime.NumGoroutine() <= before })
	})
	tr, err := Read(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	if tr.Started < 100 || tr.Ended < 99 { // the last may still be on its way out
		t.Errorf("%d started and %d ended, want 100", tr.Started, tr.Ended)
	}
	for _, c := range tr.Creators(profile.NewHistoryBuilder()) {
		if strings.Contains(c.Entry, "TestEnded") && c.N > 1 {
			t.Errorf("found %+v", c)
		}
	}
}

// The goroutines of a profile are found by where they wait, even if the trace
// leaves out parts of their stacks.
func TestIndexFindsTheStacksOfAProfile(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock()
	supplier := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("4.90")) }))
	defer supplier.Close()
	data := record(t, "parked", 3, func() {
		go func() { parkedInChannel(release) }()
		go func() { parkedInLock(&mu) }()
		quote(t, supplier.URL)
		go func() { parkedInSelect(release) }()
	})
	h := profile.NewHistoryBuilder()
	var buf bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&buf, 0); err != nil {
		t.Fatal(err)
	}
	added, err := h.Add(profile.Capture{Kind: profile.Goroutine, Time: time.Now(), Data: buf.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	tr, err := Read(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	x := NewCreatorIndex(tr.Creators(h))
	found := map[string]string{}
	for _, s := range added.Snapshot.Samples() {
		for _, c := range x.CreatorsOf(s.Stack) {
			for _, f := range s.Stack.Frames() {
				found[f.Func.Name] = c.Func.Name
			}
		}
	}
	const test = here + "TestIndexFindsTheStacksOfAProfile.func2"
	for in, who := range map[string]string{
		here + "parkedInChannel": test, here + "parkedInLock": test, here + "parkedInSelect": test,
		"net/http.(*persistConn).readLoop": here + "quote", "net/http.(*persistConn).writeLoop": here + "quote",
	} {
		if found[in] != who {
			t.Errorf("goroutines in %s are said to come of %q, want %s", in, found[in], who)
		}
	}
}

func parkedInChannel(c chan struct{}) { <-c }

func parkedInLock(mu *sync.Mutex) {
	mu.Lock()
	defer mu.Unlock()
}

func parkedInSelect(c chan struct{}) {
	select {
	case <-c:
	case <-time.After(time.Hour):
	}
}
