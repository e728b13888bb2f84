// Footprint runs leaktop on its demo next to htop and btop, each on its own terminal of
// the same size, at the same interval and at the same time, and prints a table of the
// resources that each of them used. To measure other programs, name them:
//
//	go run -C tools/footprint . -for 60s
//	go run -C tools/footprint . -for 20s 'leaktop :6060' 'top -d 2'
//
// A program that is not installed is left out. The demo's own service is not counted.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// options are the flags.
type options struct {
	duration, warmUp time.Duration
	columns, rows    uint
	keys             int
	binary           string
	programs         []string
}

func parseFlags() options {
	var o options
	flag.DurationVar(&o.duration, "for", time.Minute, "how long to measure")
	flag.DurationVar(&o.warmUp, "warm-up", 15*time.Second, "time before that")
	flag.UintVar(&o.columns, "columns", 120, "width of the terminals")
	flag.UintVar(&o.rows, "rows", 40, "height of the terminals")
	flag.IntVar(&o.keys, "keys", 40, "presses of the down and up keys afterwards, to measure the time to the last byte")
	flag.StringVar(&o.binary, "binary", "", "what \"leaktop\" runs; built if empty")
	flag.Parse()
	if o.programs = flag.Args(); len(o.programs) == 0 {
		o.programs = []string{"leaktop demo", "htop -d 20", "btop"} // btop's own interval is 2 s
	}
	return o
}

func main() {
	if err := run(parseFlags()); err != nil {
		fmt.Fprintln(os.Stderr, "footprint:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	dir, err := os.MkdirTemp("", "footprint")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if o.binary == "" {
		o.binary = filepath.Join(dir, "leaktop")
		build := exec.Command("go", "build", "-C", filepath.Join("..", ".."), "-o", o.binary, ".")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build leaktop: %w\n%s", err, out)
		}
	}
	all, err := startAll(o, dir)
	defer func() {
		for _, p := range all {
			p.stop()
		}
	}()
	if err != nil {
		return err
	}
	time.Sleep(o.warmUp)
	for _, p := range all {
		p.before = p.measure()
	}
	time.Sleep(o.duration)
	for _, p := range all {
		p.after = p.measure()
	}
	var pressing sync.WaitGroup
	for _, p := range all {
		pressing.Go(func() { p.pressKeys(o.keys) })
	}
	pressing.Wait()
	writeTable(all)
	return nil
}

func startAll(o options, home string) (all []*program, err error) {
	for _, line := range o.programs {
		args := strings.Fields(line)
		if args[0] == "leaktop" {
			args[0] = o.binary
		}
		p, err := startProgram(line, args, home, o.columns, o.rows)
		if errors.Is(err, exec.ErrNotFound) {
			fmt.Fprintf(os.Stderr, "footprint: %s is not installed\n", args[0])
			continue
		}
		if err != nil {
			return all, err
		}
		all = append(all, p)
	}
	return all, nil
}

func writeTable(all []*program) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "program\tCPU %\tswitches/s\tbytes/s\tRSS MiB\tPSS MiB\tfirst screen ms\tkey p50 ms\tkey p95 ms\t")
	for _, p := range all {
		over := p.after.at.Sub(p.before.at).Seconds()
		fmt.Fprintf(w, "%s\t%.2f\t%.0f\t%.0f\t%.1f\t%.1f\t%.0f\t%.1f\t%.1f\t\n", p.name,
			100*(p.after.cpu-p.before.cpu).Seconds()/over, float64(p.after.switches-p.before.switches)/over,
			float64(p.after.written-p.before.written)/over, mebibytes(p.after.rss), mebibytes(p.after.pss),
			milliseconds(p.first), milliseconds(percentile(p.keys, 50)), milliseconds(percentile(p.keys, 95)))
	}
	_ = w.Flush()
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		fmt.Printf("load average of the machine: %s", load)
	}
}

func mebibytes(n int64) float64 { return float64(n) / (1 << 20) }

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
