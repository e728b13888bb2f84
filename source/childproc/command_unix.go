//go:build unix

package childproc

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// supervisor is a shell prologue. It lifts the memory limit that the command inherits
// from this process, and starts a background process that kills the process group once
// this process's end of its standard input closes. The kernel closes it however this
// process ends, even by kill -9. The group includes the children of wrapper scripts.
const supervisor = `exec 3<&0 </dev/null
ulimit -S -d "$(ulimit -H -d)" 2>/dev/null
( trap '' TERM HUP INT; cat <&3; kill -TERM 0; sleep 1; kill -KILL 0 ) >/dev/null 2>&1 &
exec 3<&-
`

// Command returns a shell command followed by args, in a session of its own: it has no
// terminal to take the keyboard from, and one process group to kill. The caller must
// give it a pipe as standard input and hold the pipe open: the command ends when it
// closes, which also happens when this process dies. The command also ends with ctx.
// Call [Adopt] after starting it and [Sweep] after waiting for it.
func Command(ctx context.Context, command string, args []string) *exec.Cmd {
	script := supervisor + command
	if len(args) > 0 {
		script += ` "$@"`
	}
	cmd := exec.CommandContext(ctx, "/bin/sh", append([]string{"-c", script, "sh"}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error {
		err := syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
	cmd.WaitDelay = time.Second
	return cmd
}

// Adopt does nothing here: the supervisor is part of the command.
func Adopt(*exec.Cmd) error { return nil }

// Sweep kills what is left of the process group after its leader has exited. The
// supervisor is still a member, so the group's ID cannot have been reused.
func Sweep(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
