package command

import (
	"fmt"

	mango "github.com/muesli/mango-cobra"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"
)

// Man returns "leaktop man". That of fang is hidden in help.
func Man() *cobra.Command {
	return &cobra.Command{
		Use:                   "man",
		Short:                 "Print the manual page: leaktop man | man -l -",
		Args:                  cobra.NoArgs,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			page, err := mango.NewManPage(1, cmd.Root())
			if err != nil {
				return fmt.Errorf("print the manual page: %w", err)
			}
			if _, err := fmt.Fprint(cmd.OutOrStdout(), page.Build(roff.NewDocument())); err != nil {
				return fmt.Errorf("print the manual page: %w", err)
			}
			return nil
		},
	}
}
