// Corpus measures the quality of verdicts: it watches services that are known to leak
// or not to, live as a user would, and prints the verdict on each.
//
//	go run -C tools/corpus .                        all scenarios of the sample service
//	go run -C tools/corpus . -of services           services in other styles
//	go run -C tools/corpus . -seconds 60 stuck-send only this one, for a minute
//	go run -C tools/corpus . -keep DIR              also keep the polls
//	go run -C tools/corpus . -from DIR              judge kept polls, in seconds
//	go run -C tools/corpus . -from DIR -record TO warm-up
//	                                                make a small recording for tests
//
// Folders are relative to tools/corpus. The exit status is 1 if a verdict is wrong.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"time"

	"github.com/leaktop/leaktop/source/demo"
	"github.com/leaktop/leaktop/tools/corpus/service"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ok, err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
	}
	if !ok || err != nil {
		os.Exit(1) //nolint:gocritic // nothing is left to undo
	}
}

// options are the flags of the command line.
type options struct {
	of         string
	seconds    int
	interval   time.Duration
	cost       float64
	atOnce     int
	keep, from string
	record     string
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) (ok bool, err error) {
	// The services run in child processes of this same program.
	switch {
	case len(args) > 2 && args[0] == "demo":
		return true, demo.Command(ctx, args[2], args[3:], stdin, stdout)
	case len(args) == 2 && args[0] == "serve":
		return true, service.Serve(args[1], stdin, stdout)
	case len(args) == 2 && args[0] == "fake":
		return true, service.ServeFake(args[1], stdin, stdout)
	}
	var o options
	f := flag.NewFlagSet("corpus", flag.ContinueOnError)
	f.StringVar(&o.of, "of", "demo", "which cases: demo, services or all")
	f.IntVar(&o.seconds, "seconds", 180, "how long to watch each")
	f.DurationVar(&o.interval, "interval", 2*time.Second, "time between two polls")
	f.Float64Var(&o.cost, "cost", 0, "share of a core that watching one may use; on a busy machine the default makes polls rare")
	f.IntVar(&o.atOnce, "at-once", 2*runtime.NumCPU(), "how many to watch at the same time")
	f.StringVar(&o.keep, "keep", "", "a folder to keep all polls in")
	f.StringVar(&o.from, "from", "", "a folder of kept polls to judge, instead of live services")
	f.StringVar(&o.record, "record", "", "a folder to write small recordings of kept polls to, for tests")
	if err := f.Parse(args); err != nil {
		return false, fmt.Errorf("read the command line: %w", err)
	}
	cases, err := choose(o.of, f.Args())
	if err != nil {
		return false, err
	}
	if o.record != "" {
		return true, o.recordAll(ctx, cases)
	}
	return o.table(ctx, cases, stdout), nil
}

// choose returns the named cases, or all cases of a set if none is named.
func choose(of string, names []string) ([]testCase, error) {
	sets := map[string][]testCase{"demo": demoCases(), "services": serviceCases(), "all": append(demoCases(), serviceCases()...)}
	if len(names) == 0 {
		if cases, ok := sets[of]; ok {
			return cases, nil
		}
		return nil, fmt.Errorf("choose cases of %q: use demo, services or all", of)
	}
	var out []testCase
	for _, n := range names {
		i := slices.IndexFunc(sets["all"], func(c testCase) bool { return c.name == n })
		if i < 0 {
			return nil, fmt.Errorf("choose case %q: no such case", n)
		}
		out = append(out, sets["all"][i])
	}
	return out, nil
}
