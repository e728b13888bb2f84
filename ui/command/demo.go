package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/demo"
	"github.com/leaktop/leaktop/source/target"
	"github.com/leaktop/leaktop/ui"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/supervise"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// Demo returns "leaktop demo", which watches or serves the sample service.
func Demo(program string) *cobra.Command {
	var serve string
	var list bool
	var themeName string
	c := &cobra.Command{
		Use:   "demo [LEAK...]",
		Short: "Start a sample service that leaks and watch it",
		Example: "  # a selection of leaks\n" +
			"  leaktop demo\n" +
			"  # list them, choose some\n" +
			"  leaktop demo --list\n" +
			"  leaktop demo unclosed-body sawtooth\n" +
			"  # serve without watching\n" +
			"  leaktop demo --serve :6060",
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case list:
				return demo.List(cmd.OutOrStdout(), demo.Scenarios())
			case cmd.Flags().Changed("serve"):
				return demo.Command(cmd.Context(), serve, args, cmd.InOrStdin(), cmd.OutOrStdout())
			}
			if err := terminal.Check(program, os.Stdout, os.Getenv); err != nil {
				return err
			}
			p, interval := loadPreferences(cmd, themeName)
			return runSupervised(cmd, func(ctx context.Context, s *supervise.Screen) error { return demoView(ctx, s, args, p, interval) })
		},
	}
	c.Flags().StringVar(&serve, "serve", "", "only serve at this ADDR, until interrupted")
	addThemeFlag(c, &themeName)
	c.Flags().BoolVar(&list, "list", false, "list the leaks and the look-alikes")
	return c
}

// demoView starts the sample service as a child process, so that its profiles do
// not include the view, and watches it like any other service.
func demoView(ctx context.Context, screen *supervise.Screen, names []string, p ui.Preferences, interval time.Duration) (err error) {
	child, err := demo.Start(ctx, "", names)
	if err != nil {
		return err
	}
	defer func() {
		if ended := child.Stop(); ended != nil {
			err = errors.Join(err, fmt.Errorf("run the sample service: %w", ended))
		}
	}()
	t, err := target.Parse(child.URL)
	if err != nil {
		return err
	}
	return runView(ctx, screen, t, source.Options{Interval: interval}, record.Options{Version: BuildVersion(), MaxSize: record.DefaultMaxSize}, p)
}
