//go:build !darwin && !dragonfly && !freebsd && !linux && !netbsd && !openbsd

package supervise

import (
	"context"
	"io"
)

// Run runs show, without a supervisor on this system.
func Run(ctx context.Context, _ io.Writer, _ *int, show func(context.Context, *Screen) error) error {
	return show(ctx, nil)
}
