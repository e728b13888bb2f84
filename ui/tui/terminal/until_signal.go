package terminal

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// UntilSignal returns a context that ends with the terminal, or on SIGINT or SIGTERM.
func UntilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, append(Hangups(), os.Interrupt, syscall.SIGTERM)...)
}

// UntilSignalOr is like [UntilSignal], but also ends when d has passed; 0 means no limit.
func UntilSignalOr(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, stop := UntilSignal(ctx)
	if d <= 0 {
		return ctx, stop
	}
	ctx, cancel := context.WithTimeout(ctx, d)
	return ctx, func() {
		cancel()
		stop()
	}
}
