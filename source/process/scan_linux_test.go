package process

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
)

// buildService builds the program in testdata once. It stays in build/, so that it is linked again only when it has
// changed.
var buildService = sync.OnceValues(func() (string, error) {
	file, err := filepath.Abs("../../build/process/shopd")
	if err != nil {
		return "", err
	}
	out, err := exec.Command("go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", file, "./testdata/service").CombinedOutput()
	if err != nil {
		return "", errors.Join(err, errors.New(string(out)))
	}
	return file, nil
})

// startService starts the service and returns its process ID and the address it listens on.
func startService(t *testing.T, args ...string) (pid int, address string) {
	t.Helper()
	file, err := buildService()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(file, args...)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = c.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return c.Process.Pid, strings.TrimSpace(line)
}

func find(t *testing.T, all Scan, pid int) Process {
	t.Helper()
	i := slices.IndexFunc(all.Processes, func(p Process) bool { return p.PID == pid })
	if i < 0 {
		t.Fatalf("process %d is not among %d", pid, len(all.Processes))
	}
	return all.Processes[i]
}

// awaitProbe scans until a listener has answered a probe, because on a busy machine that may take longer than one
// probe waits.
func awaitProbe(t *testing.T, s *scanner, pid int) Process {
	t.Helper()
	for end := time.Now().Add(eventually.Patience); ; {
		p, err := s.Find(t.Context(), pid)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := p.Pprof(); ok || time.Now().After(end) {
			return p
		}
		clear(s.probes)
	}
}

func scan(t *testing.T, s *scanner) Scan {
	t.Helper()
	all, err := s.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestScan(t *testing.T) {
	before := time.Now()
	pid, _ := startService(t)
	s := NewScanner()
	p := find(t, scan(t, s), pid)
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "shopd" || p.Parent != os.Getpid() || p.User != me.Username || p.HasCPU {
		t.Errorf("%+v", p)
	}
	if !strings.HasPrefix(p.Program.GoVersion, "go1.") || p.Program.Module != "github.com/leaktop/leaktop" {
		t.Errorf("its program is %+v", p.Program)
	}
	if p.Memory.RSS == 0 || p.Memory.Anon == 0 || p.Memory.File == 0 || p.Threads == 0 || p.Files < 4 {
		t.Errorf("its figures are %+v", p)
	}
	if p.Start.Before(before.Add(-2*time.Second)) || p.Start.After(time.Now().Add(2*time.Second)) { // the kernel's start is in whole seconds
		t.Errorf("it started %v, want about %v", p.Start, before)
	}
	second := scan(t, s)
	if p := find(t, second, pid); !p.HasCPU || p.CPU < 0 {
		t.Errorf("the second scan has no CPU: %+v", p)
	}
	if !slices.IsSortedFunc(second.Processes, func(a, b Process) int { return cmp.Compare(b.Used(), a.Used()) }) {
		t.Error("they are not sorted by memory")
	}
	if slices.ContainsFunc(second.Processes, func(p Process) bool { return p.PID == os.Getpid() }) {
		t.Error("it lists itself")
	}
}

func TestScanFindsListeners(t *testing.T) {
	with, address := startService(t, "-pprof")
	without, other := startService(t)
	socket := filepath.Join(t.TempDir(), "pprof.sock")
	unix, _ := startService(t, "-pprof", "-network=unix", "-address="+socket)
	s := NewScanner()
	all := scan(t, s)
	if got := awaitProbe(t, s, with).Listeners; len(got) != 1 || got[0] != (Listener{"tcp", address, true}) {
		t.Errorf("the one with pprof has %+v, want %s", got, address)
	}
	if got := awaitProbe(t, s, unix).Listeners; len(got) != 1 || got[0] != (Listener{"unix", socket, true}) {
		t.Errorf("the one on a unix socket has %+v", got)
	}
	if got := find(t, all, without).Listeners; len(got) != 1 || got[0] != (Listener{"tcp", other, false}) {
		t.Errorf("the one without has %+v, want %s", got, other)
	}
}

// A socket that does not serve pprof is probed less and less often, and forgotten when it is gone.
func TestProbesAreRare(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan struct{}, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				close(asked)
				return
			}
			asked <- struct{}{}
			_ = c.Close()
		}
	}()
	at := probed{1, time.Second, Listener{Network: "tcp", Address: l.Addr().String()}}
	p, now := probes{}, time.Now()
	for range 60 { // 4 minutes in steps of a scan
		p.probeDue(t.Context(), now, time.Second, []probed{at})
		now = now.Add(4 * time.Second)
	}
	if got := p[at].wait; got != 160*time.Second {
		t.Errorf("the next wait is %v", got)
	}
	p.probeDue(t.Context(), now, time.Second, nil)
	if len(p) != 0 {
		t.Errorf("%v is remembered", p)
	}
	_ = l.Close()
	n := 0
	for range asked {
		n++
	}
	if n != 5 { // at 0 s, 12 s, 32 s, 72 s, 152 s
		t.Errorf("it was asked %d times", n)
	}
}

func TestFindFails(t *testing.T) {
	sleep := exec.Command("sleep", "60")
	if err := sleep.Start(); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = sleep.Process.Kill(); _ = sleep.Wait() })
	for pid, want := range map[int]error{1 << 30: ErrNoProcess, sleep.Process.Pid: ErrNotGo} {
		if _, err := NewScanner().Find(t.Context(), pid); !errors.Is(err, want) {
			t.Errorf("process %d: %v, want %v", pid, err, want)
		}
	}
	if os.Getuid() != 0 {
		if _, err := NewScanner().Find(t.Context(), 1); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("process 1: %v", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewScanner().Scan(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a scan that is no longer wanted: %v", err)
	}
}

// BenchmarkScan lists the processes of this machine after their executables have been read.
func BenchmarkScan(b *testing.B) {
	s := NewScanner()
	found := 0
	for b.Loop() {
		all, err := s.Scan(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		found = len(all.Processes)
	}
	b.ReportMetric(float64(found), "processes")
}
