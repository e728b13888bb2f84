package leak

import (
	"bufio"
	"bytes"
	"container/list"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"reflect"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// realLeaks each leak in a different way. They run in a child process only.
var realLeaks = []func(){
	func() { go sendTo(make(chan int)) },
	func() { startSlots(make(chan struct{}, 1)) },
	func() { go receiveFrom(make(chan int)) },
	func() { go receiveFromNil(nil) },
	func() { go rangeOver(make(chan int)) },
	func() { go chooseFrom(make(chan int), make(chan int)) },
	func() { go blockEmpty() },
	func() { go tickForever() },
	func() { go sleepLong() },
	func() { go time.Sleep(time.Hour) },
	func() { new(errgroup.Group).Go(func() error { return drain(make(chan int)) }) },
	func() { go lockTwice(new(sync.Mutex)) },
	func() { go writeLockTwice(new(sync.RWMutex)) },
	func() { go readUnderWriter(new(sync.RWMutex)) },
	func() { go waitNotDone(new(sync.WaitGroup)) },
	func() { go waitUnsignaled(sync.NewCond(new(sync.Mutex))) },
	func() { startOnce(new(sync.Once)) },
	func() { _, _ = signal.NotifyContext(context.Background(), os.Interrupt) },
	func() { _, w := io.Pipe(); go writePipe(w) },
	startHTTP, startWaitingCalls, startQuietConn, startRows, startHeap, startComponents, startLibraries,
}

func sendTo(ch chan int)      { ch <- 1 }
func receiveFrom(ch chan int) { <-ch }

// startSlots starts a goroutine that takes the only slot and another that waits for it.
func startSlots(slots chan struct{}) {
	go holdSlot(slots)
	for len(slots) == 0 {
		runtime.Gosched()
	}
	go holdSlot(slots)
}

func holdSlot(slots chan struct{}) {
	slots <- struct{}{}
	sleepLong()
}

func receiveFromNil(ch chan int) { <-ch }

func rangeOver(ch chan int) {
	for v := range ch {
		fmt.Fprintln(os.Stderr, v)
	}
}

func chooseFrom(a, b chan int) {
	select {
	case <-a:
	case <-b:
	}
}

func blockEmpty() { select {} }

func tickForever() {
	t := time.NewTicker(time.Hour)
	for range t.C {
		fmt.Fprintln(os.Stderr, "tick")
	}
}

func sleepLong() {
	time.Sleep(time.Hour)
	fmt.Fprintln(os.Stderr, "awake")
}

func drain(jobs chan int) error {
	for j := range jobs {
		fmt.Fprintln(os.Stderr, j)
	}
	return nil
}

func lockTwice(mu *sync.Mutex)        { mu.Lock(); mu.Lock() }
func writeLockTwice(mu *sync.RWMutex) { mu.Lock(); mu.Lock() }
func readUnderWriter(mu *sync.RWMutex) {
	mu.Lock()
	mu.RLock()
}

func waitNotDone(wg *sync.WaitGroup) {
	wg.Add(1)
	wg.Wait()
}

func waitUnsignaled(c *sync.Cond) {
	c.L.Lock()
	c.Wait()
}

// startOnce starts a goroutine that hangs in a Once and another that waits for it.
func startOnce(once *sync.Once) {
	hangs := make(chan struct{})
	go once.Do(func() { close(hangs); sleepLong() })
	<-hangs
	go waitForOnce(once)
}

func waitForOnce(once *sync.Once) { once.Do(func() { fmt.Fprintln(os.Stderr, "once") }) }

func writePipe(w *io.PipeWriter) { _, _ = w.Write(make([]byte, 1)) }

// startWaitingCalls makes calls that get no response, the second because no connection is free, and writes to a peer
// that does not read.
func startWaitingCalls() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	keep(l) // never accepts, but the kernel completes connections
	c := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	for range 2 {
		go callSilent(c, "http://"+l.Addr().String())
	}
	go func() {
		if c, err := net.Dial("tcp", l.Addr().String()); err == nil {
			writeQuiet(c)
		}
	}()
}

func callSilent(c *http.Client, url string) {
	if resp, err := c.Head(url); err == nil {
		_ = resp.Body.Close()
	}
}

func writeQuiet(c net.Conn) {
	for {
		if _, err := c.Write(make([]byte, 1<<20)); err != nil {
			return
		}
	}
}

// startHTTP leaves a body open, creates a transport for one call, and leaves a client idle.
func startHTTP() {
	big := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 1<<20)) }))
	go func() { _, _ = http.Get(big.URL) }()
	go func() {
		c := &http.Client{Transport: &http.Transport{}}
		if resp, err := c.Head(big.URL); err == nil {
			_ = resp.Body.Close()
		}
	}()
	go func() {
		if c, err := net.Dial("tcp", big.Listener.Addr().String()); err == nil {
			fmt.Fprint(c, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
			keep(c)
		}
	}()
}

func startQuietConn() {
	a, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	keep(a) // otherwise the collector closes it
	go func() {
		if c, err := net.Dial("tcp", a.Addr().String()); err == nil {
			readQuiet(c)
		}
	}()
}

func readQuiet(c net.Conn) { _, _ = c.Read(make([]byte, 1)) }

func startRows() {
	db := sql.OpenDB(connector{})
	ctx, cancel := context.WithCancel(context.Background())
	keep(cancel)
	go func() {
		rows, err := db.QueryContext(ctx, "select")
		if err == nil {
			keep(rows)
		}
	}()
}

var (
	keptMu sync.Mutex
	kept   = make([]any, 0, 1<<14) // never grows, so it is not a leak itself
)

func keep(v any) {
	keptMu.Lock()
	defer keptMu.Unlock()
	kept = append(kept, v)
}

// startHeap retains memory in each way that has a signature.
func startHeap() {
	parent, cancel := context.WithCancel(context.Background())
	keep(cancel)
	var m sync.Map
	var buf bytes.Buffer
	queue := list.New()
	for i := range 200 {
		keep(deriveContext(parent))
		keep(deriveTimeout(parent))
		keep(deriveGroup(parent))
		storeKey(&m, i)
		fillBuffer(&buf)
		enqueue(queue)
		keep(startTimer())
		keep(makeBlock()[:8])
		keep(makeEntry(i))
		makeCycle()
		keep(makeTimer())
		keep(encodeNewType(i))
	}
	appendTo(10_000)
	for range 20 {
		openFile()
	}
	keep([]any{&m, &buf, queue})
}

//go:noinline
func deriveContext(ctx context.Context) context.Context {
	c, cancel := context.WithCancel(ctx)
	keep(cancel)
	return c
}

//go:noinline
func deriveGroup(ctx context.Context) context.Context {
	_, c := errgroup.WithContext(ctx)
	return c
}

//go:noinline
func deriveTimeout(ctx context.Context) context.Context {
	c, cancel := context.WithTimeout(ctx, time.Hour)
	keep(cancel)
	return c
}

//go:noinline
func storeKey(m *sync.Map, i int) { m.Store(i, i) }

//go:noinline
func fillBuffer(b *bytes.Buffer) { b.Write(make([]byte, 512)) }

//go:noinline
func enqueue(l *list.List) { l.PushBack(1) }

//go:noinline
func startTimer() *time.Timer { return time.AfterFunc(time.Hour, func() {}) }

//go:noinline
func makeBlock() []byte { return make([]byte, 64<<10) }

//go:noinline
func makeTimer() *time.Timer { return time.NewTimer(time.Hour) }

//go:noinline
func encodeNewType(i int) []byte {
	t := reflect.StructOf([]reflect.StructField{{Name: fmt.Sprintf("F%d", i), Type: reflect.TypeFor[int]()}})
	b, _ := json.Marshal(reflect.New(t).Interface())
	return b
}

type entry struct {
	peer *entry
	id   int
	_    [500]byte
}

//go:noinline
func makeEntry(i int) *entry { return &entry{id: i} }

//go:noinline
func makeCycle() {
	e := &entry{peer: &entry{}}
	e.peer.peer = e
	runtime.SetFinalizer(e, func(*entry) {})
}

var appended []int64

//go:noinline
func appendTo(n int) {
	for i := range n {
		appended = append(appended, int64(i))
	}
}

//go:noinline
func openFile() {
	f, err := os.Open(os.DevNull)
	if err == nil {
		keep(f)
		keep(bufio.NewReader(f))
	}
}
