package childproc

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The limit that leaktop sets for its own memory does not apply to commands
// that it starts: a load generator may need more.
func TestCommandHasNoMemoryLimitOfOurs(t *testing.T) {
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_DATA, &before); err != nil {
		t.Fatal(err)
	}
	ours := before
	ours.Cur = 8 << 30
	if err := unix.Setrlimit(unix.RLIMIT_DATA, &ours); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Setrlimit(unix.RLIMIT_DATA, &before) }()
	cmd := Command(t.Context(), "ulimit -S -d", nil)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd.Stdout = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	_ = stdin.Close()
	Sweep(cmd)
	want := "unlimited"
	if before.Max != unix.RLIM_INFINITY {
		want = strconv.FormatUint(before.Max>>10, 10)
	}
	if got := strings.TrimSpace(said.String()); got != want || err != nil {
		t.Errorf("the command may have %s KiB, want %s (%v)", got, want, err)
	}
}
