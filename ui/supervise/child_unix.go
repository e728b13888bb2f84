//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package supervise

import (
	"context"
	"io"
	"os"
	"runtime/debug"
	"syscall"

	"golang.org/x/sys/unix"
)

// environ marks a child. It is taken out of the environment at once: what the
// view starts is no child of a supervisor.
const environ = "LEAKTOP_SUPERVISED"

// The files that a child finds open.
const (
	lifelineFD = 3 + iota
	reportFD
)

// attach joins a child to its parent. The context ends when the parent has gone
// or was asked to end. It returns false in a process without a supervisor.
func attach(ctx context.Context) (context.Context, *Screen, bool) {
	if os.Getenv(environ) == "" {
		return ctx, nil, false
	}
	_ = os.Unsetenv(environ)
	if !isPipe(lifelineFD) || !isPipe(reportFD) {
		return ctx, nil, false // someone else has set the variable
	}
	syscall.CloseOnExec(lifelineFD)
	syscall.CloseOnExec(reportFD)
	lifeline, reports := os.NewFile(lifelineFD, "lifeline"), os.NewFile(reportFD, "reports")
	_ = debug.SetCrashOutput(reports, debug.CrashOptions{})
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, lifeline)
		cancel()
	}()
	return ctx, &Screen{report: reports}, true
}

func isPipe(fd int) bool {
	var st unix.Stat_t
	return unix.Fstat(fd, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFIFO
}
