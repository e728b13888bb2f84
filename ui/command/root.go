package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/target"
	"github.com/leaktop/leaktop/ui"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/supervise"
	"github.com/leaktop/leaktop/ui/tui/pods"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

const rootExamples = "  # see it find leaks in a sample service\n" +
	"  leaktop demo\n" +
	"  # a service on this machine, or elsewhere\n" +
	"  leaktop :6060\n" +
	"  leaktop https://10.0.0.7:6060/admin\n" +
	"  # several side by side\n" +
	"  leaktop :6060 :6061 10.0.0.7:6060\n" +
	"  leaktop unix:/run/app/pprof.sock\n" +
	"  # a pod, without kubectl\n" +
	"  leaktop -n shop deploy/checkout\n" +
	"  # all its pods side by side\n" +
	"  leaktop -n shop deploy/checkout --all\n" +
	"  # the last two days, from a store\n" +
	"  leaktop 'parca+http://localhost:7070?job=checkout' --since 48h\n" +
	"  # a recording, or two profiles to compare\n" +
	"  leaktop checkout.tar\n" +
	"  leaktop before.pb.gz after.pb.gz"

// Root returns "leaktop TARGET", the live view. If the view failed, its error
// is an [ExitError].
func Root(program string) *cobra.Command {
	var flags targetFlags
	var push string
	r := record.Options{Version: BuildVersion()}
	var themeName string
	c := &cobra.Command{
		Use:   "leaktop TARGET...",
		Short: "Watch a Go service for leaks, live, in a terminal",
		Long: "leaktop polls the pprof endpoint of a running Go service, shows live charts of heap and goroutines, ranks what grows, " +
			"says whether it is a leak and why, and leads from there down to the source line. ? explains every screen. " +
			"On a terminal and without a TARGET it lists the Go processes of this machine and watches those that serve pprof (Linux).\n\n" + describeTargets(),
		Example:       rootExamples,
		Args:          cobra.ArbitraryArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && flags.o.Kube.Selector == "" && flags.o.Kube.Namespace == "" {
				if r.Path == "" && push == "" && canListProcesses(program, os.Stdout) {
					return watchMachine(cmd, &flags, r, themeName, os.Stdout)
				}
				return cmd.Help()
			}
			o, err := flags.toOptions(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			p, interval := loadPreferences(cmd, themeName)
			if interval > 0 && !cmd.Flags().Changed("interval") {
				o.Interval = interval
			}
			targets, err := flags.parseTargets(args)
			if err == nil {
				err = terminal.Check(program, os.Stdout, os.Getenv)
			}
			if err == nil {
				err = setPush(&r, push, targets, o)
			}
			if err != nil {
				return err
			}
			x := fleetOptions{cmd: cmd, flags: &flags, targets: targets, source: o}
			return runSupervised(cmd, func(ctx context.Context, s *supervise.Screen) error { return x.view(ctx, s, r, p) })
		},
	}
	flags.register(c.Flags())
	c.Flags().StringVar(&r.Path, "record", "", "save every poll to this FILE, for example checkout.tar")
	c.Flags().StringVar(&push, "push", "", "send every distinct profile to this store, for example parca+http://localhost:7070")
	addRecordingFlags(c.Flags(), &r)
	addThemeFlag(c, &themeName)
	return c
}

// setPush sets the store that the profiles of a live view are sent to.
func setPush(r *record.Options, arg string, targets []target.Target, o source.Options) error {
	if arg == "" {
		return nil
	}
	if t := targets[0]; t.Scheme == target.SchemeFile || t.IsStore() {
		return errors.New("--push: the target is not live: send a recording with leaktop record FILE -o STORE")
	}
	if len(targets) > 1 {
		return errors.New("--push: one view cannot send several targets: send each with leaktop record TARGET -o STORE")
	}
	sink, err := openSink(arg, o)
	if err == nil && sink == nil {
		err = errors.New("--push: this is not a store; use, for example, --push parca+http://localhost:7070")
	}
	r.Push, r.PushDir = sink, outboxDir()
	return err
}

// runSupervised shows a live view under a supervisor.
func runSupervised(cmd *cobra.Command, show func(context.Context, *supervise.Screen) error) error {
	code := 0
	err := supervise.Run(cmd.Context(), cmd.ErrOrStderr(), &code, show)
	if err != nil {
		return err
	}
	return exitWith(code, nil)
}

// describeTargets lists the forms of a target.
func describeTargets() string {
	var b strings.Builder
	b.WriteString("TARGET is one of")
	for _, f := range target.Forms() {
		fmt.Fprintf(&b, "\n  %-31s %s", f.Syntax, f.About)
	}
	return b.String()
}

// runView opens a target and shows it live on a supervised screen.
func runView(ctx context.Context, screen *supervise.Screen, t target.Target, o source.Options, r record.Options, p ui.Preferences) error {
	src, err := openOrQuit(ctx, screen, t, o)
	if err != nil || src == nil {
		return err
	}
	r.OnStart = screen.Record
	screen.Acquire()
	err = ui.Run(ctx, src, r, p, os.Stdout)
	screen.Release()
	return errors.Join(err, src.Close())
}

// view shows the only target, or a fleet if there are several targets or the user wants to
// see all pods.
func (o fleetOptions) view(ctx context.Context, screen *supervise.Screen, r record.Options, p ui.Preferences) error {
	if err := o.findInstances(ctx); err != nil {
		return err
	}
	if !o.flags.isFleet(o.targets) {
		err := runView(ctx, screen, o.targets[0], o.source, r, p)
		if !errors.Is(err, pods.ErrAll) {
			return err
		}
		o.flags.all = true
	}
	return runFleet(ctx, screen, o, r, p)
}

// openOrQuit opens a target, with the user choosing among several pods. It returns nil if
// the user leaves before that is done.
func openOrQuit(ctx context.Context, screen *supervise.Screen, t target.Target, o source.Options) (source.Source, error) {
	o.StopKey = supervise.QuitKey()
	opening, wait := newQuitWait(ctx)
	o.Pick = func(ctx context.Context, list []kube.Candidate, measure func(context.Context) []kube.Candidate) (int, error) {
		wait.pause() // the list reads the keyboard
		defer wait.resume()
		screen.Acquire()
		defer screen.Release()
		return pods.Pick(ctx, list, measure, os.Stdout)
	}
	src, err := source.Open(opening, t, o)
	if !wait.end() {
		return src, err
	}
	if src != nil {
		return nil, src.Close()
	}
	return nil, nil
}

// runFleet opens a fleet and shows it live on a supervised screen.
func runFleet(ctx context.Context, screen *supervise.Screen, o fleetOptions, r record.Options, p ui.Preferences) error {
	o.source.StopKey = supervise.QuitKey()
	opening, wait := newQuitWait(ctx)
	f, closeAll, err := o.open(opening)
	switch left := wait.end(); {
	case left && err == nil:
		return closeAll()
	case left:
		return nil
	case err != nil:
		return err
	}
	r.OnStart = screen.Record
	screen.Acquire()
	err = ui.RunFleet(ctx, f, r, p, os.Stdout)
	screen.Release()
	return errors.Join(err, closeAll())
}
