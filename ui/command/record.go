package command

import (
	"errors"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/target"
	"github.com/leaktop/leaktop/ui/record"
)

const recordExamples = "  leaktop record :6060 -o checkout.tar\n" +
	"  # overnight, all pods of a workload in one file\n" +
	"  leaktop record -n shop deploy/checkout -o night.tar --for 8h --max-size 2GiB\n" +
	"  # replay it, then judge it\n" +
	"  leaktop night.tar\n" +
	"  leaktop check night.tar\n" +
	"  # send it to a store, live or afterwards\n" +
	"  leaktop record :6060 -o 'parca+http://localhost:7070?job=checkout'\n" +
	"  leaktop record night.tar -o parca+http://localhost:7070"

// aboutRecord describes the command.
func aboutRecord(program string) string {
	return "record watches a target and writes every profile as received, with memory figures and events, to one tar of standard " +
		"files. You can replay it (" + program + " FILE), judge it (" + program + " check FILE), or unpack it for go tool pprof. However the " +
		"recording ends, the file is readable up to the last complete entry. Only you can read it. ctrl+c ends the recording. All pods of a workload are recorded into the same file; name pod/NAME to record one of them.\n\n" +
		"FILE may be a store, parca+http://HOST or pyroscope+http://HOST: each distinct profile is sent to it with its labels, " +
		"including those in the address, such as ?job=checkout. Profiles that the store cannot accept at the moment wait on disk. If TARGET is a recording, " +
		"all of it is sent; if TARGET is a store, its profiles are copied to a file."
}

// Record returns "leaktop record", which records a target without a screen.
func Record(program string) *cobra.Command {
	var flags targetFlags
	r := record.Options{Version: BuildVersion()}
	var forTime time.Duration
	c := &cobra.Command{
		Use:           "record TARGET -o FILE",
		Short:         "Save every poll to a file or a store, without a screen",
		Long:          aboutRecord(program),
		Example:       recordExamples,
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
			x := fleetOptions{cmd: cmd, flags: &flags, targets: targets, source: o}
			toStore := target.IsStore(r.Path)
			if toStore && flags.isFleet(targets) {
				return errors.New("record: several targets cannot be sent to a store at once: send each with its own command")
			}
			single, err := x.openOnly(cmd.Context(), toStore)
			if err != nil {
				return err
			}
			if !single {
				return recordFleet(cmd, x, r, forTime)
			}
			t := targets[0]
			if t.Scheme == target.SchemeFile && !target.IsStore(r.Path) {
				return errors.New("record: the target is a file, which needs no recording; give a live target, or a store as the output")
			}
			return runRecord(cmd, t, o, r, forTime)
		},
	}
	f := c.Flags()
	flags.register(f)
	f.StringVarP(&r.Path, "output", "o", "", "FILE to write, for example checkout.tar")
	f.DurationVar(&forTime, "for", 0, "how long to record; 0 means until ctrl+c")
	addRecordingFlags(f, &r)
	return c
}

// runRecord records a target to a file, or sends it to a store.
func runRecord(cmd *cobra.Command, t target.Target, o source.Options, r record.Options, forTime time.Duration) error {
	sink, err := openSink(r.Path, o)
	if err != nil {
		return err
	}
	src, err := openAndReport(cmd, t, o)
	if err != nil {
		return errors.Join(err, closeSink(sink))
	}
	rec, isRecorded := src.(*source.Recorded)
	switch {
	case isRecorded && sink != nil:
		err = errors.Join(record.Upload(cmd.Context(), rec, sink, cmd.ErrOrStderr()), closeSink(sink))
	case isRecorded:
		err = record.Copy(cmd.Context(), rec, r, cmd.ErrOrStderr())
	case sink != nil:
		err = record.Send(cmd.Context(), src, sink, outboxDir(), forTime, cmd.ErrOrStderr())
	default:
		err = record.Record(cmd.Context(), src, r, forTime, cmd.ErrOrStderr())
	}
	return errors.Join(err, src.Close())
}

// openSink opens the store that an argument names, with the credentials of the target; nil
// if the argument names a file.
func openSink(arg string, o source.Options) (*source.Sink, error) {
	if !target.IsStore(arg) {
		return nil, nil
	}
	t, err := target.Parse(arg)
	if err != nil {
		return nil, err
	}
	return source.NewSink(t, o)
}

func closeSink(s *source.Sink) error {
	if s == nil {
		return nil
	}
	return s.Close()
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
		return errors.Join(err, x.closeOpened())
	}
	x.onOpen = members.Begin
	f, closeAll, err := x.open(cmd.Context())
	if err != nil {
		_, _, cleared := members.Finish(fleet.State{})
		return errors.Join(err, cleared)
	}
	return errors.Join(record.RecordFleet(cmd.Context(), f, members, forTime, cmd.ErrOrStderr()), closeAll())
}
