package command

import (
	"errors"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/record"
)

// Record is "leaktop record TARGET -o FILE".
func Record() *cobra.Command {
	var flags targetFlags
	r := record.Options{Version: BuildVersion()}
	var forTime time.Duration
	c := &cobra.Command{
		Use:   "record TARGET -o FILE",
		Short: "Keep every poll in a file, without a screen",
		Long: "record watches a target and writes every profile as it came, with memory figures and events, into one tar of standard " +
			"files. It can be replayed (leaktop FILE), judged (leaktop check FILE), and unpacked for go tool pprof; whatever ends " +
			"it, the file can be read up to the last whole entry. Only you can read the file. ctrl+c ends it.",
		Example: "  leaktop record :6060 -o checkout.tar\n" +
			"  # through the night\n" +
			"  leaktop record -n shop deploy/checkout -o night.tar --for 8h --max-size 2GiB\n" +
			"  # replay it, judge it\n" +
			"  leaktop night.tar\n" +
			"  leaktop check night.tar",
		Args:          cobra.ArbitraryArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := flags.options()
			if err != nil {
				return err
			}
			if r.Path == "" {
				return errors.New("record: say into which file with -o, for example -o checkout.tar")
			}
			if forTime < 0 {
				return errors.New("record: --for cannot be negative")
			}
			t, err := flags.target(args)
			if err != nil {
				return err
			}
			if t.Scheme == source.SchemeFile {
				return errors.New("record: the target is a file already; leaktop record keeps a live target")
			}
			src, err := openSaying(cmd, t, o)
			if err != nil {
				return err
			}
			return errors.Join(record.Record(cmd.Context(), src, r, forTime, cmd.ErrOrStderr()), src.Close())
		},
	}
	f := c.Flags()
	flags.add(f)
	f.StringVarP(&r.Path, "output", "o", "", "FILE to write, for example checkout.tar")
	f.DurationVar(&forTime, "for", 0, "how long; until ctrl+c if not given")
	addRecordingFlags(f, &r)
	return c
}

// addRecordingFlags adds what every command that records can be told.
func addRecordingFlags(f *pflag.FlagSet, r *record.Options) {
	r.MaxSize = record.DefaultMaxSize
	f.Var((*sizeFlag)(&r.MaxSize), "max-size", "largest recording; when it is reached, old fine detail is thinned")
	f.BoolVar(&r.Overwrite, "force", false, "overwrite a recording that exists")
}
