package command

import (
	"github.com/spf13/cobra"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/check"
)

// Check is "leaktop check TARGET". It puts its answer into code.
func Check(code *int) *cobra.Command {
	var flags targetFlags
	o := check.Options{For: check.DefaultFor, Format: check.Formats()[0]}
	c := &cobra.Command{
		Use:   "check TARGET",
		Short: "Watch without a screen, and print a verdict",
		Long: "check watches a target for a time and prints whether it leaks, who, how fast, why, and what to change. A recording, " +
			"or a folder of profiles, is judged whole and at once.\n\n" +
			"It exits with 0 for steady, 1 for a leak, 2 if the target could not be observed, and 3 if there was too little " +
			"data to decide. ctrl+c ends it early, with what is known.\n\n" +
			"With --load a command is run twice, with a collection before, between and after: what stays both times is a leak, " +
			"what stays only the first time is a cache that was filled. Each run ends with the command, or after half of --for.",
		Example: "  # two minutes, then the verdict\n" +
			"  leaktop check :6060\n" +
			"  # for scripts\n" +
			"  leaktop check :6060 --for 10m --format json\n" +
			"  # what does a load leave behind?\n" +
			"  leaktop check :6060 --load 'hey -z 30s http://localhost:8080/'\n" +
			"  # to paste into an incident\n" +
			"  leaktop check -n shop deploy/checkout --format markdown\n" +
			"  # what was recorded, or dumped with curl\n" +
			"  leaktop check checkout.tar",
		Args:          cobra.ArbitraryArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			so, err := flags.options()
			if err != nil {
				return err
			}
			t, err := flags.target(args)
			if err != nil {
				return err
			}
			*code, err = runCheck(cmd, t, so, o)
			return err
		},
	}
	f := c.Flags()
	flags.add(f)
	f.DurationVar(&o.For, "for", o.For, "how long to watch, from the first profile on")
	f.StringVar(&o.Format, "format", o.Format, "text, json or markdown")
	f.StringVar(&o.Load, "load", "", "put the target under load by this shell command, twice, and tell what stays each time")
	f.BoolVar(&o.Prove, "prove", false, "ask the runtime at the end which goroutines are blocked for ever (Go 1.27): they are a leak even if no more come")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(check.Formats(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

func runCheck(cmd *cobra.Command, t source.Target, so source.Options, o check.Options) (int, error) {
	o.Recording = t.Scheme == source.SchemeFile
	o.Cost, o.Interval = so.Cost, so.Interval
	so.AtOnce = o.Recording
	if err := o.Validate(); err != nil {
		return 0, err
	}
	src, err := openSaying(cmd, t, so)
	if err != nil {
		return 0, err
	}
	code := check.Run(cmd.Context(), src, o, cmd.OutOrStdout(), cmd.ErrOrStderr())
	return code, src.Close()
}
