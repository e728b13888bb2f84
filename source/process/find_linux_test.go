package process

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestListening(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	pid, ok := Listening(port)
	if !ok || pid != os.Getpid() {
		t.Errorf("process %d, %v listens on port %d, want %d", pid, ok, port, os.Getpid())
	}
	if got := Command(pid); got != filepath.Base(os.Args[0]) {
		t.Errorf("it runs %q, want %q", got, filepath.Base(os.Args[0]))
	}
	r, err := Memory(pid)
	if err != nil || r.RSS == 0 || r.Anon == 0 || r.Anon+r.File+r.Shared > r.RSS+r.RSS/10 {
		t.Errorf("its memory is %+v, %v", r, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if pid, ok := Listening(port); ok {
		t.Errorf("process %d listens on a closed port", pid)
	}
}

func TestNoProcess(t *testing.T) {
	const none = 1 << 30 // above the maximum of Linux
	if _, err := Memory(none); err == nil {
		t.Error("a process that is not there has memory")
	}
	if got := Command(none); got != "" {
		t.Errorf("it runs %q", got)
	}
}

func TestAddListeners(t *testing.T) {
	const table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n" +
		"   0: 0100007F:17AC 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41 1 x\n" +
		"   1: 0100007F:17AC 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 42 1 x\n" +
		"   2: 0100007F:17AD 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 43 1 x\ncut off"
	got := map[string]bool{}
	addListeners(strings.NewReader(table), 0x17AC, got)
	if len(got) != 1 || !got["41"] {
		t.Errorf("the sockets are %v, want 41", got)
	}
}
