//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package supervise

import (
	"context"
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// childMarker marks a child. It is removed from the environment at once: processes
// that the view starts are not children of a supervisor.
const childMarker = "LEAKTOP_SUPERVISED"

// The files that are open in a child.
const (
	lifelineFD = 3 + iota
	reportFD
)

// joinParent connects a child to its parent. The context ends when the parent has
// exited or was asked to. It returns false in a process without a supervisor.
func joinParent(ctx context.Context) (context.Context, *Screen, bool) {
	if os.Getenv(childMarker) == "" {
		return ctx, nil, false
	}
	_ = os.Unsetenv(childMarker)
	if !isPipe(lifelineFD) || !isPipe(reportFD) {
		return ctx, nil, false // something else has set the variable
	}
	syscall.CloseOnExec(lifelineFD)
	syscall.CloseOnExec(reportFD)
	lifeline, reports := os.NewFile(lifelineFD, "lifeline"), os.NewFile(reportFD, "reports")
	ctx, cancel := context.WithCancel(ctx)
	screen := &Screen{report: reports}
	go func() {
		_, _ = io.Copy(io.Discard, lifeline)
		screen.Release() // without a parent, a write to standard error would raise SIGPIPE
		cancel()
	}()
	return ctx, screen, true
}

func isPipe(fd int) bool {
	var st unix.Stat_t
	return unix.Fstat(fd, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFIFO
}

// redirectStderr redirects standard error of this process, and of processes it
// starts, to a file. It returns the previous one.
func redirectStderr(to *os.File) (*os.File, error) {
	before, err := unix.FcntlInt(uintptr(syscall.Stderr), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := dup2(int(to.Fd()), syscall.Stderr); err != nil {
		_ = unix.Close(before)
		return nil, err
	}
	return os.NewFile(uintptr(before), "stderr"), nil
}

// restoreStderr undoes redirectStderr.
func restoreStderr(before *os.File) {
	_ = dup2(int(before.Fd()), syscall.Stderr)
	_ = before.Close()
}
