//go:build unix

package guard

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// watchman runs the command with a watchman beside it, who ends the group when our
// end of his input closes: that happens however we end, a kill -9 included,
// and reaches the children of wrapper scripts too.
const watchman = `exec 3<&0 </dev/null
( trap '' TERM HUP INT; cat <&3; kill -TERM 0; sleep 1; kill -KILL 0 ) >/dev/null 2>&1 &
exec 3<&-
`

// Command is a shell command with args behind it, in a session of its own: no
// terminal that it could take the keyboard from, and one group to end. Its
// standard input must be a pipe that is held open, since the end of that tells
// of our own. It ends with ctx. [Adopt] it when it has started, and [Sweep] when
// it has been waited for.
func Command(ctx context.Context, command string, args []string) *exec.Cmd {
	script := watchman + command
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

// Adopt has nothing to do here: the guard is part of the command.
func Adopt(*exec.Cmd) error { return nil }

// Sweep ends what is left of the group after its leader. The watchman still
// holds the group's number, so that it is no one else's.
func Sweep(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
