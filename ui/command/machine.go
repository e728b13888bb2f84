package command

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/ui"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/supervise"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// canListProcesses reports whether leaktop without arguments shows the processes of this
// machine. As a kubectl plugin it does not: that is for pods.
func canListProcesses(program string, out *os.File) bool {
	return program == "leaktop" && process.IsSupported && terminal.Check(program, out, os.Getenv) == nil
}

// watchMachine shows the Go processes of this machine on a terminal.
func watchMachine(cmd *cobra.Command, flags *targetFlags, r record.Options, themeName string, out *os.File) error {
	o, err := flags.toOptions(cmd.ErrOrStderr())
	if err == nil {
		err = o.Validate()
	}
	if err != nil {
		return err
	}
	p, interval := loadPreferences(cmd, themeName)
	if interval > 0 && !cmd.Flags().Changed("interval") {
		o.Interval = interval
	}
	return runSupervised(cmd, func(ctx context.Context, s *supervise.Screen) error {
		r.OnStart = s.Record
		s.Acquire()
		defer s.Release()
		return ui.RunMachine(ctx, o, r, p, out)
	})
}
