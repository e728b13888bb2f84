package command

import (
	"cmp"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/target"
	"github.com/leaktop/leaktop/ui/check"
	"github.com/leaktop/leaktop/ui/report"
)

const aboutCheck = "check watches a target for a while and prints whether it leaks, where, how fast, why, and what to change. A recording " +
	"or a folder of profiles is judged as a whole, at once.\n\n" +
	"The exit status is 0 for steady, 1 for a leak, 2 if the target could not be observed, and 3 if there was too little " +
	"data to decide (0 with --fail-on leak). ctrl+c ends the check early, with the verdict so far.\n\n" +
	"--ignore accepts the growth of a function, named as in the report, with or without the path of its package; " +
	"a name that ends in ... matches every function that begins with it. The file " + ignoreFile + " in the working directory lists more, " +
	"one per line, with comments after #. Ignored growth is reported, but does not affect the verdict.\n\n" +
	"In a GitHub Actions workflow, suspects are annotated at their source lines.\n\n" +
	"--load runs a command twice, with a garbage collection before, between and after: what is retained both times is a leak, " +
	"what is retained only the first time is a cache filling up. Each run ends with the command, or after half the time of --for."

const checkExamples = "  # two minutes, then the verdict\n" +
	"  leaktop check :6060\n" +
	"  # for a script\n" +
	"  leaktop check :6060 --for 10m --format json\n" +
	"  # in continuous integration: only a leak fails, except a known one\n" +
	"  leaktop check :6060 --format junit --fail-on leak --ignore 'store.(*Cache).Put' > leaks.xml\n" +
	"  # what a load leaves behind\n" +
	"  leaktop check :6060 --load 'hey -z 30s http://localhost:8080/'\n" +
	"  # to paste into an incident report\n" +
	"  leaktop check -n shop deploy/checkout --format markdown\n" +
	"  # a recording, or profiles saved with curl\n" +
	"  leaktop check checkout.tar\n" +
	"  # the last two days, from a store\n" +
	"  leaktop check 'parca+http://localhost:7070?job=checkout' --since 48h"

// Check returns "leaktop check TARGET". Unless the verdict is steady, its error is an
// [ExitError].
func Check() *cobra.Command {
	var flags targetFlags
	var ignored []string
	o := check.Options{For: check.DefaultFor, Format: report.Formats()[0], FailOn: check.FailOnUndecided, Version: BuildVersion()}
	c := &cobra.Command{
		Use:           "check TARGET",
		Short:         "Watch without a screen and print a verdict",
		Long:          aboutCheck,
		Example:       checkExamples,
		Args:          cobra.ArbitraryArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			so, err := flags.toOptions(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			targets, err := flags.parseTargets(args)
			if err != nil {
				return err
			}
			if o.Ignored, err = loadIgnored(ignored, ignoreFile); err != nil {
				return err
			}
			if os.Getenv("GITHUB_ACTIONS") == "true" {
				o.Workspace = cmp.Or(os.Getenv("GITHUB_WORKSPACE"), ".")
			}
			fo := fleetOptions{cmd: cmd, flags: &flags, targets: targets, source: so, ignored: o.Ignored}
			if err := fo.findInstances(cmd.Context()); err != nil {
				return err
			}
			if flags.isFleet(fo.targets) || flags.isWorkload(targets[0]) {
				return checkFleet(cmd, fo, o)
			}
			return runCheck(cmd, targets[0], so, o)
		},
	}
	f := c.Flags()
	flags.register(f)
	f.DurationVar(&o.For, "for", o.For, "how long to watch, from the first profile on")
	f.StringVar(&o.Format, "format", o.Format, "format of the report: text, json, markdown or junit")
	f.StringVar(&o.FailOn, "fail-on", o.FailOn, "what fails the check: leak, or undecided, which includes leak")
	f.StringArrayVar(&ignored, "ignore", nil, "accept the growth of this FUNCTION; may be repeated")
	f.StringVar(&o.Load, "load", "", "run this shell command twice to put the target under load, and report what is retained each time")
	f.BoolVar(&o.Prove, "prove", false, "at the end, ask the runtime which goroutines are blocked forever (Go 1.27); they are a leak even if their number does not grow")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(report.Formats(), cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions([]string{check.FailOnLeak, check.FailOnUndecided}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func runCheck(cmd *cobra.Command, t target.Target, so source.Options, o check.Options) error {
	o.Recording = t.Scheme == target.SchemeFile || t.IsStore()
	o.Cost, o.Interval, o.NoTrace = so.Cost, so.Interval, so.NoTrace
	so.FullSpeed = o.Recording
	if err := o.Validate(); err != nil {
		return err
	}
	src, err := openAndReport(cmd, t, so)
	if err != nil {
		return err
	}
	code, err := check.Run(cmd.Context(), src, o, cmd.OutOrStdout(), cmd.ErrOrStderr())
	if closed := src.Close(); closed != nil {
		code, err = check.ExitUnobserved, errors.Join(err, closed)
	}
	return exitWith(code, err)
}
