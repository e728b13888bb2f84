//go:build !darwin && !dragonfly && !freebsd && !linux && !netbsd && !openbsd

package supervise

import (
	"context"
	"errors"
	"io"
	"os"
)

// Run runs show. On this system there is no supervisor.
func Run(ctx context.Context, _ io.Writer, _ *int, show func(context.Context, *Screen) error) error {
	return show(ctx, nil)
}

func redirectStderr(*os.File) (*os.File, error) { return nil, errors.ErrUnsupported }
func restoreStderr(*os.File)                    {}

// QuitKey returns the key that quits while a target is opened.
func QuitKey() string { return "ctrl+c" }

// AwaitQuitKey does nothing on this system.
func AwaitQuitKey(func()) (stop func()) { return func() {} }
