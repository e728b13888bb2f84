package command

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/demo"
	"github.com/leaktop/leaktop/ui"
)

// Demo returns "leaktop demo", which watches or serves the sample service.
func Demo() *cobra.Command {
	var serve string
	var list bool
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
			return demoView(cmd.Context(), args)
		},
	}
	c.Flags().StringVar(&serve, "serve", "", "only serve at this ADDR, until interrupted")
	c.Flags().BoolVar(&list, "list", false, "list the leaks and the look-alikes")
	return c
}

// demoView starts the sample service as a child process, so that its profiles do
// not include the view, and watches it like any other service.
func demoView(ctx context.Context, names []string) error {
	if err := ui.Terminal(os.Stdout, os.Getenv); err != nil {
		return err
	}
	child, err := demo.Start(ctx, "", names)
	if err != nil {
		return err
	}
	defer child.Stop()
	t, err := source.ParseTarget(child.URL)
	if err != nil {
		return err
	}
	return view(ctx, t, source.Options{}, ui.Recording{Version: BuildVersion(), MaxSize: ui.DefaultMaxSize})
}
