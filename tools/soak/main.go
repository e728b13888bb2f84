// Soak runs leaktop on a pseudo-terminal for a long time, against a service with
// 40,000 allocation sites that change at every poll and that restarts now and then. It
// writes the resources that leaktop used as a table and as a picture.
//
// Time is accelerated by polling more often: at the default of 100 ms, the shortest
// interval that leaktop accepts, an hour has as many polls as 20 hours at 2 s. What
// depends on age, such as the thinning of the history, is not accelerated: the history
// then holds as much as after the same time at 2 s.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"
)

// options are the flags.
type options struct {
	duration, interval, every, restart, warmUp time.Duration
	buckets                                    int
	history, binary, table, picture            string
	growth                                     float64 // MiB
}

func parseFlags() options {
	var o options
	flag.DurationVar(&o.duration, "for", 2*time.Minute, "how long to run")
	flag.DurationVar(&o.interval, "interval", 100*time.Millisecond, "time between two polls")
	flag.DurationVar(&o.every, "every", 5*time.Second, "time between two rows of the table")
	flag.DurationVar(&o.restart, "restart", 0, "time between two restarts of the service; 0 for none")
	flag.DurationVar(&o.warmUp, "warm-up", time.Minute, "time after which memory must not grow")
	flag.IntVar(&o.buckets, "buckets", 40_000, "allocation sites of the service")
	flag.StringVar(&o.history, "history", "64MiB", "leaktop's --history")
	flag.StringVar(&o.binary, "binary", "", "leaktop to run; built if empty")
	flag.StringVar(&o.table, "table", "", "file for the table, separated by tabs; standard output if empty")
	flag.StringVar(&o.picture, "picture", "", "file for the picture, as SVG")
	flag.Float64Var(&o.growth, "growth", 0, "fail if memory grows by more MiB after the warm-up; 0 for no check")
	flag.Parse()
	return o
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, parseFlags()); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "soak")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if o.binary == "" {
		o.binary = filepath.Join(dir, "leaktop")
		build := exec.CommandContext(ctx, "go", "build", "-C", filepath.Join("..", ".."), "-o", o.binary, ".")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build leaktop: %w\n%s", err, out)
		}
	}
	service, err := startService(o.buckets, o.restart)
	if err != nil {
		return err
	}
	defer service.close()
	rows, err := watch(ctx, o, service)
	if err != nil {
		return err
	}
	return errors.Join(writeTable(o.table, rows), writePicture(o.picture, rows), checkGrowth(rows, o.warmUp, o.growth))
}
