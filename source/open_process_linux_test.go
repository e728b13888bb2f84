package source

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/source/target"
)

// A process is watched by its process ID, over whichever socket it serves pprof, with what the kernel and its
// executable say. For a process that cannot be watched, the error explains why.
func TestOpenProcess(t *testing.T) {
	t.Parallel()
	file, err := filepath.Abs("../build/source/shopd") // kept, so that it is linked again only after a change
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", file, "./process/testdata/service").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	start := func(args ...string) (pid int, address string) {
		c := exec.Command(file, args...)
		in, inErr := c.StdinPipe()
		out, outErr := c.StdoutPipe()
		if err := errors.Join(inErr, outErr, c.Start()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = in.Close(); _ = c.Wait() })
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return c.Process.Pid, strings.TrimSpace(line)
	}
	open := func(pid int) (Source, error) {
		parsed, err := target.Parse(fmt.Sprint("pid:", pid))
		if err != nil {
			t.Fatal(err)
		}
		return Open(t.Context(), parsed, Options{Interval: 100 * time.Millisecond})
	}
	socket := filepath.Join(t.TempDir(), "pprof.sock")
	for network, address := range map[string]string{"tcp": "127.0.0.1:0", "unix": socket} {
		pid, at := start("-pprof", "-network="+network, "-address="+address)
		src, err := open(pid)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("shopd pid:%d", pid); !strings.HasPrefix(src.Name(), want+" ") || !strings.HasSuffix(src.Name(), at[strings.LastIndexByte(at, ':')+1:]) {
			t.Errorf("got name %q, want %q and its address", src.Name(), want)
		}
		watchUntilKnown(t, src)
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}

	pid, at := start()
	_, err = open(pid)
	port := at[strings.LastIndexByte(at, ':'):]
	if !problem.HasCause(err, problem.CauseNotPprof) || !strings.Contains(err.Error(), "not serve pprof at "+port) || !strings.Contains(err.Error(), "docs/serving-pprof.md") {
		t.Errorf("process without pprof: got %v", err)
	}
	if _, err := open(1 << 30); !problem.HasCause(err, problem.CauseName) || !errors.Is(err, process.ErrNoProcess) {
		t.Errorf("missing process: got %v", err)
	}
}

// watchUntilKnown watches a source until it has sent a profile, the memory and the module.
func watchUntilKnown(t *testing.T, src Source) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), eventually.Patience)
	defer cancel()
	var heap, memory, module bool
	_ = src.Watch(ctx, func(m Message) {
		switch m := m.(type) {
		case Capture:
			heap = heap || m.Kind == profile.Heap
		case Reading:
			memory = memory || m.Anon > 0 && m.File > 0
		case Facts:
			module = module || m.Module == "github.com/leaktop/leaktop"
		}
		if heap && memory && module {
			cancel()
		}
	})
	if !heap || !memory || !module {
		t.Errorf("%s: got profile %v, memory %v, module %v", src.Name(), heap, memory, module)
	}
}

func TestExplainNoPprof(t *testing.T) {
	some := []process.Listener{{Network: "tcp", Address: "127.0.0.1:1"}, {Network: "tcp", Address: "127.0.0.1:2"}, {Network: "unix", Address: "/a.sock"}, {Network: "tcp", Address: "[::1]:4"}}
	for _, tc := range []struct {
		p         process.Process
		why, next string
	}{
		{process.Process{}, "listens on no port", "docs/serving-pprof.md"},
		{process.Process{Listeners: some[:1]}, "not serve pprof at :1", "docs/serving-pprof.md"},
		{process.Process{Listeners: some}, "not serve pprof at :1, :2, unix:/a.sock and 1 more", "give the URL"},
		{process.Process{OtherNetwork: true}, "network namespace", "172.17.0.2:6060"},
		{process.Process{FilesHidden: true}, "only its user can see its ports", "as root"},
	} {
		tc.p.PID, tc.p.Name = 7, "shopd"
		e := ExplainNoPprof(tc.p)
		if !strings.Contains(e.Why, tc.why) || !strings.Contains(e.Next, tc.next) || !strings.Contains(e.Error(), "shopd, process 7") {
			t.Errorf("%+v: %v", tc.p, e)
		}
	}
}
