package leak

import (
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// here is the package of the child's functions.
const here = "github.com/leaktop/leaktop/profile/leak."

// recognized are the expected causes of the child's stacks that have all functions of on.
var recognized = []struct {
	id     string
	on     []string
	heap   bool
	kept   float64
	object bool
	// goVersion is that of the service; waiting means that its goroutine profile is known.
	goVersion string
	waiting   bool
	callsOnly bool // only waiting HTTP calls grow
	noConns   bool // no goroutines of the HTTP server grow
	second    bool // another signature comes before it in the table
}{
	{id: "send-without-reader", on: []string{here + "sendTo"}},
	{id: "waits-for-slot", on: []string{here + "holdSlot", "runtime.chansend1"}, waiting: true},
	{id: "receive-without-sender", on: []string{here + "receiveFrom"}},
	{id: "nil-channel", on: []string{here + "receiveFromNil"}},
	{id: "range-over-unclosed-channel", on: []string{here + "rangeOver"}},
	{id: "select-without-done", on: []string{here + "chooseFrom"}},
	{id: "select-forever", on: []string{here + "blockEmpty"}},
	{id: "ticker-without-stop", on: []string{here + "tickForever"}},
	{id: "long-sleep", on: []string{here + "sleepLong"}},
	{id: "bare-sleep", on: []string{"time.Sleep"}},
	{id: "group-workers-not-ended", on: []string{here + "drain"}},
	{id: "mutex-not-unlocked", on: []string{here + "lockTwice"}},
	{id: "rwmutex-writer-waits", on: []string{here + "writeLockTwice"}},
	{id: "rwmutex-reader-waits", on: []string{here + "readUnderWriter"}},
	{id: "waitgroup-done-missed", on: []string{here + "waitNotDone"}},
	{id: "cond-not-signaled", on: []string{here + "waitUnsignaled"}},
	{id: "notify-context-not-stopped", on: []string{"os/signal.NotifyContext.func1"}},
	{id: "waits-for-once", on: []string{here + "waitForOnce"}},
	{id: "pipe-without-peer", on: []string{here + "writePipe"}},
	{id: "write-without-deadline", on: []string{here + "writeQuiet"}},
	{id: "http-call-waits", on: []string{here + "callSilent", "net/http.(*persistConn).roundTrip"}},
	{id: "waits-for-http-connection", on: []string{here + "callSilent", "net/http.(*Transport).getConn"}},
	{id: "connection-of-waiting-call", on: []string{"runtime.netpollblock", "net/http.(*persistConn).readLoop"}, callsOnly: true},
	{id: "unclosed-response-body", on: []string{"runtime.selectgo", "net/http.(*persistConn).readLoop"}},
	{id: "transport-per-call", on: []string{"runtime.netpollblock", "net/http.(*persistConn).readLoop"}},
	{id: "idle-connections", on: []string{"runtime.netpollblock", "bufio.(*Reader).Peek", "net/http.(*conn).serve"}},
	{id: "server-end", on: []string{"runtime.netpollblock", "bufio.(*Reader).Peek", "net/http.(*conn).serve"}, second: true},
	{id: "unclosed-rows", on: []string{"database/sql.(*Rows).awaitDone"}},
	{id: "read-without-deadline", on: []string{here + "readQuiet"}},
	{id: "server-connections-stay", on: []string{"net/http.(*conn).serve", "bufio.NewReaderSize"}, heap: true, kept: 1},
	{id: "requests-kept", on: []string{"net/http.(*conn).serve", "bufio.NewReaderSize"}, heap: true, kept: 1, noConns: true},
	{id: "cancel-dropped", on: []string{here + "deriveContext"}, heap: true, kept: 1},
	{id: "cancel-dropped", on: []string{here + "deriveTimeout", "time.AfterFunc"}, heap: true, kept: 1},
	{id: "library-context-kept", on: []string{here + "deriveGroup", "golang.org/x/sync/errgroup.WithContext"}, heap: true, kept: 1},
	{id: "append-only-slice", on: []string{here + "appendTo"}, heap: true, kept: 1, object: true},
	{id: "buffer-never-reset", on: []string{here + "fillBuffer", "bytes.growSlice"}, heap: true, kept: 1, object: true},
	{id: "sync-map-never-deleted", on: []string{here + "storeKey"}, heap: true, kept: 1},
	{id: "unbounded-collection", on: []string{here + "makeEntry"}, heap: true, kept: 1},
	{id: "partly-kept", on: []string{here + "makeEntry"}, heap: true, kept: 0.3},
	{id: "producer-outruns-consumer", on: []string{here + "enqueue"}, heap: true, kept: 0.3},
	{id: "timers-kept", on: []string{here + "makeTimer"}, heap: true, kept: 1},
	{id: "types-made-at-run-time", on: []string{here + "encodeNewType", "reflect.StructOf"}, heap: true, kept: 1},
	{id: "types-made-at-run-time", on: []string{here + "encodeNewType", "encoding/json.typeEncoder"}, heap: true, kept: 1},
	{id: "pending-timers", on: []string{here + "startTimer"}, heap: true, kept: 1},
	{id: "subslice-pins-block", on: []string{here + "makeBlock"}, heap: true, kept: 1},
	{id: "file-not-closed", on: []string{here + "openFile", "os.newFile"}, heap: true, kept: 1},
	{id: "buffers-kept", on: []string{here + "openFile", "bufio.NewReaderSize"}, heap: true, kept: 1},
	{id: "transaction-not-ended", on: []string{"database/sql.(*Tx).awaitDone"}},
	{id: "command-not-waited-for", on: []string{"os/exec.(*Cmd).watchCtx"}},
	{id: "command-not-waited-for", on: []string{"os/exec.(*Cmd).writerDescriptor.func1"}},
	{id: "command-does-not-end", on: []string{here + "waitForCommand"}},
	{id: "pull-not-stopped", on: []string{here + "endlessly", "runtime.corostart"}},
	{id: "file-read-waits", on: []string{here + "readPipe"}},
	{id: "system-call-waits", on: []string{here + "lockFile"}},
	{id: "listener-not-closed", on: []string{here + "acceptFrom"}},
	{id: "listener-not-closed", on: []string{"net/http.(*Server).Serve", "net/http/httptest.(*Server).goServe.func1"}},
	{id: "request-in-progress", on: []string{"net/http.(*connReader).backgroundRead"}},
	{id: "subslice-pins-block", on: []string{here + "repeatText"}, heap: true, kept: 1},
	{id: "waits-for-db-connection", on: []string{here + "waitForConn"}},
	{id: "waits-for-call-in-flight", on: []string{here + "waitForFlight", "sync.(*WaitGroup).Wait"}},
	{id: "waits-for-semaphore", on: []string{here + "waitForSemaphore"}},
	{id: "waits-for-group-limit", on: []string{here + "waitForSlot", "golang.org/x/sync/errgroup.(*Group).Go"}},
	{id: "waits-in-library", on: []string{here + "waitForGroup", "golang.org/x/sync/errgroup.(*Group).Wait"}},
	{id: "sql-db-per-call", on: []string{"database/sql.(*DB).connectionOpener"}},
	{id: "slow-request-headers", on: []string{"net/http.(*conn).readRequest"}},
	{id: "http2-body-not-closed", on: []string{"net/http.(*http2clientStream).writeRequest"}},
	{id: "after-func-not-stopped", on: []string{here + "registerAfter"}, heap: true, kept: 1},
	{id: "context-chained", on: []string{here + "chainContext"}, heap: true, kept: 1},
	{id: "statements-not-closed", on: []string{here + "prepareStatement"}, heap: true, kept: 1},
	{id: "timers-before-go-1.23", on: []string{here + "tickForever", "time.NewTicker"}, heap: true, kept: 1, goVersion: "go1.22.5"},
	{id: "finalizer-blocked", on: []string{here + "makeCycle"}, heap: true, kept: 1, waiting: true},
	{id: "goroutine-shadow", on: []string{"runtime.malg"}, heap: true, kept: 1},
}

// TestSignaturesOnRealFrames recognizes causes in the profiles of a process that leaks in all these ways.
func TestSignaturesOnRealFrames(t *testing.T) {
	r := captureChild(t)
	c := r.judgeAll()
	tested := testedElsewhere()
	tested["outside-of-go"], tested["stacks-grow"], tested["open-files"], tested["zombie-processes"], tested["child-processes"] = true, true, true, true, true // these have no stacks of their own
	for _, want := range recognized {
		tested[want.id] = true
		f := r.findHeaviest(want.on, want.heap, want.id == "bare-sleep")
		if f == nil {
			t.Errorf("%s: got no stack through %v", want.id, want.on)
			continue
		}
		f.growth.kept, f.object = want.kept, want.object
		c.in.GoVersion = want.goVersion
		c.in.Waiting = nil
		if want.waiting {
			c.in.Waiting = r.goroutine
		}
		all := c.goroutines
		if want.callsOnly {
			c.goroutines = slices.DeleteFunc(slices.Clone(all), func(s *series) bool { return !hasFrame(topStack(s.group), here+"callSilent") })
		}
		if want.noConns {
			c.goroutines, c.in.Goroutines = nil, make([]profile.Group, 1)
		}
		c.assignSignature(f)
		c.goroutines, c.in.Goroutines = all, nil
		if f.signature == nil {
			t.Errorf("%s: not recognized: %v", want.id, frameNames(f.heaviestStack()))
		} else if f.signature.ID != want.id && !(want.second && c.matchesSignature(findSignature(want.id), f)) {
			t.Errorf("%s: got signature %s: %v", want.id, f.signature.ID, frameNames(f.heaviestStack()))
		}
	}
	for _, s := range Signatures {
		if !tested[s.ID] {
			t.Errorf("%s is not tested on real frames", s.ID)
		}
	}
}

func findSignature(id string) *Signature {
	for i := range Signatures {
		if Signatures[i].ID == id {
			return &Signatures[i]
		}
	}
	return nil
}

// judgeAll returns the judge's view of the process, as if everything in it had grown.
func (r realProfiles) judgeAll() *judgment {
	c := &judgment{in: Input{Known: map[*profile.Stack]StackFacts{}}}
	for i := range r.goroutine.Samples() {
		g := r.groupOf(&r.goroutine.Samples()[i], profile.Goroutine)
		c.goroutines = append(c.goroutines, newSeries(g, began))
		if hasFrame(g.Stacks[0], here+"receiveFromNil") {
			c.in.Known[g.Stacks[0]] = StackFacts{State: waitState(r.dump, "receiveFromNil")}
		}
	}
	for i := range r.heap.Samples() {
		c.in.Heap = append(c.in.Heap, *r.groupOf(&r.heap.Samples()[i], profile.Heap))
	}
	return c
}

// waitState returns the wait reason of the goroutine in fn, from the full dump.
func waitState(dump, fn string) string {
	for _, g := range strings.Split(dump, "\n\n") {
		if strings.Contains(g, fn) {
			_, s, _ := strings.Cut(g, "[")
			s, _, _ = strings.Cut(s, "]")
			return s
		}
	}
	return ""
}

// groupOf returns a sample as a group that grew from zero.
func (r realProfiles) groupOf(s *profile.Sample, k profile.Kind) *profile.Group {
	g := &profile.Group{Kind: k, Blame: s.Stack.Blame, Stacks: []*profile.Stack{s.Stack}, Points: make([]profile.GroupPoint, 2)}
	g.Points[0].Time, g.Points[1].Time = profile.InstantOf(began), profile.InstantOf(began.Add(1e9))
	last := &g.Points[1]
	last.Value = s.Values[0]
	if k == profile.Heap {
		last.AllocObjects, last.AllocSpace, last.Objects, last.Value = s.Values[0], s.Values[1], s.Values[2], s.Values[3]
		last.Largest = s.Largest
	}
	return g
}

// findHeaviest makes a finding of the sample whose stack goes through all of fns or, of several, the one that holds the most.
// bare allows no other functions in the stack.
func (r realProfiles) findHeaviest(fns []string, heap, bare bool) *finding {
	snap, kind, k := r.goroutine, Goroutine, profile.Goroutine
	if heap {
		snap, kind, k = r.heap, Heap, profile.Heap
	}
	var best *finding
next:
	for i := range snap.Samples() {
		st := snap.Samples()[i].Stack
		for _, fn := range fns {
			if !hasFrame(st, fn) {
				continue next
			}
		}
		if bare && st.Depth() > 2 {
			continue
		}
		g := r.groupOf(&snap.Samples()[i], k)
		if best == nil || g.Points[1].Value > best.series.group.Points[1].Value {
			best = &finding{kind: kind, series: newSeries(g, began)}
		}
	}
	return best
}

func hasFrame(st *profile.Stack, fn string) bool {
	for _, f := range st.Frames() {
		if f.Func.Name == fn {
			return true
		}
	}
	return false
}

func frameNames(st *profile.Stack) []string {
	var out []string
	for _, f := range st.Frames() {
		out = append(out, f.Func.Name)
	}
	return out
}
