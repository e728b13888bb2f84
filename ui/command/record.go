package command

import (
	"errors"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/record"
)

// Record returns "leaktop record", which records a target without a screen.
func Record(program string) *cobra.Command {
	var flags targetFlags
	r := record.Options{Version: BuildVersion()}
	var forTime time.Duration
	c := &cobra.Command{
		Use:   "record TARGET -o FILE",
		Short: "Save every poll to a file, without a screen",
		Long: "record watches a target and writes every profile as received, with memory figures and events, to one tar of standard " +
			"files. You can replay it (" + program + " FILE), judge it (" + program + " check FILE), or unpack it for go tool pprof. However the " +
			"recording ends, the file is readable up to the last complete entry. Only you can read it. ctrl+c ends the recording.",
		Example: "  leaktop record :6060 -o checkout.tar\n" +
			"  # overnight\n" +
			"  leaktop record -n shop deploy/checkout -o night.tar --for 8h --max-size 2GiB\n" +
			"  # all pods of a workload, in one file\n" +
			"  leaktop record -n shop deploy/checkout --all -o night.tar --for 8h\n" +
			"  # replay it, then judge it\n" +
			"  leaktop night.tar\n" +
			"  leaktop check night.tar",
		Args:          cobra.ArbitraryArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := flags.toOptions(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			if r.Path == "" {
				return errors.New("record: no output file: name one with -o, for example -o checkout.tar")
			}
			if forTime < 0 {
				return errors.New("record: --for cannot be negative")
			}
			targets, err := flags.parseTargets(args)
			if err != nil {
				return err
			}
			if flags.isFleet(targets) {
				return recordFleet(cmd, fleetOptions{cmd: cmd, flags: &flags, targets: targets, o: o}, r, forTime)
			}
			t := targets[0]
			if t.Scheme == source.SchemeFile {
				return errors.New("record: the target is a file: a recording needs a live target")
			}
			src, err := openAndReport(cmd, t, o)
			if err != nil {
				return err
			}
			return errors.Join(record.Record(cmd.Context(), src, r, forTime, cmd.ErrOrStderr()), src.Close())
		},
	}
	f := c.Flags()
	flags.register(f)
	f.StringVarP(&r.Path, "output", "o", "", "FILE to write, for example checkout.tar")
	f.DurationVar(&forTime, "for", 0, "how long to record; until ctrl+c if not given")
	addRecordingFlags(f, &r)
	return c
}

// addRecordingFlags adds the flags of every command that records.
func addRecordingFlags(f *pflag.FlagSet, r *record.Options) {
	r.MaxSize = record.DefaultMaxSize
	f.Var((*sizeFlag)(&r.MaxSize), "max-size", "maximum size of the recording; beyond it, old detail is dropped")
	f.BoolVar(&r.Overwrite, "force", false, "overwrite an existing recording")
}

// recordFleet records several targets to one file.
func recordFleet(cmd *cobra.Command, x fleetOptions, r record.Options, forTime time.Duration) error {
	members, err := record.NewMembers(r)
	if err != nil {
		return err
	}
	x.onOpen = members.Begin
	f, closeAll, err := x.open(cmd.Context())
	if err != nil {
		_, _, cleared := members.Finish(fleet.State{})
		return errors.Join(err, cleared)
	}
	return errors.Join(record.RecordFleet(cmd.Context(), f, members, forTime, cmd.ErrOrStderr()), closeAll())
}
