package leak

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// startComponents leaks objects for which the standard library runs goroutines or
// processes.
func startComponents() {
	ctx, cancel := context.WithCancel(context.Background())
	keep(cancel)
	if tx, err := sql.OpenDB(connector{}).BeginTx(ctx, nil); err == nil {
		keep(tx)
	}
	startCommand(ctx)
	go waitForCommand()
	pullFrom(endlessly)
	if r, w, err := os.Pipe(); err == nil {
		keep(w)
		go readPipe(r)
	}
	startLocks()
	if l, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		go acceptFrom(l)
	}
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { receiveFrom(make(chan int)) }))
	go func() {
		if c, err := net.Dial("tcp", s.Listener.Addr().String()); err == nil {
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			keep(c)
		}
	}()
	for range 200 {
		keep(repeatText()[:8])
	}
}

// startCommand starts a command that reads from this process, so that it ends when
// this process does.
func startCommand(ctx context.Context) {
	cmd := exec.CommandContext(ctx, "cat")
	cmd.Stdout = &bytes.Buffer{}
	in, err := cmd.StdinPipe()
	if err == nil && cmd.Start() == nil {
		keep(in)
	}
}

func waitForCommand() {
	cmd := exec.Command("cat")
	if in, err := cmd.StdinPipe(); err == nil && cmd.Start() == nil {
		_ = cmd.Wait()
		_ = in.Close()
	}
}

func endlessly(yield func(int) bool) {
	for i := 0; yield(i); i++ {
	}
}

func pullFrom(seq iter.Seq[int]) {
	next, stop := iter.Pull(seq)
	next()
	keep(stop)
}

func readPipe(r io.Reader) { _, _ = r.Read(make([]byte, 1)) }

// startLocks locks a file twice, so that the second lock waits.
func startLocks() {
	first, err := os.CreateTemp("", "leak_test")
	if err != nil {
		return
	}
	defer os.Remove(first.Name())
	for i := range 2 {
		f, err := os.Open(first.Name())
		if err != nil {
			return
		}
		keep(f)
		if i == 0 {
			lockFile(f)
		} else {
			go lockFile(f)
		}
	}
}

func lockFile(f *os.File) { _ = syscall.Flock(int(f.Fd()), syscall.LOCK_EX) }

func acceptFrom(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		_ = c.Close()
	}
}

//go:noinline
func repeatText() string { return strings.Repeat("x", 64<<10) }
