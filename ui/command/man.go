package command

import (
	"fmt"
	"strings"

	"github.com/muesli/mango"
	mangocobra "github.com/muesli/mango-cobra"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"

	"github.com/leaktop/leaktop/source/target"
)

// Man returns "leaktop man". It replaces that of fang, which the help does not list.
func Man() *cobra.Command {
	return &cobra.Command{
		Use:                   "man",
		Short:                 "Print the manual page: leaktop man | man -l -",
		Args:                  cobra.NoArgs,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			page, err := manPage(cmd.Root())
			if err == nil {
				_, err = fmt.Fprint(cmd.OutOrStdout(), page)
			}
			if err != nil {
				return fmt.Errorf("print the manual page: %w", err)
			}
			return nil
		},
	}
}

// manPage returns the manual page. The forms of a target have a section of their own,
// because their columns in the help would be filled like a paragraph.
func manPage(root *cobra.Command) (string, error) {
	page, err := mangocobra.NewManPage(1, root)
	if err != nil {
		return "", err
	}
	page.WithLongDescription(strings.TrimSpace(strings.Replace(root.Long, describeTargets(), "TARGET is one of those below.", 1)))
	spellFlags(&page.Root)
	targets := roff.NewDocument()
	targets.Section("Targets")
	for _, f := range target.Forms() {
		targets.TaggedParagraph(-1)
		targets.TextBold(f.Syntax)
		targets.EndSection()
		targets.Text(f.About)
	}
	return strings.TrimSuffix(page.Build(roff.NewDocument()), "\n") + targets.String() + "\n", nil
}

// spellFlags writes short flags with one dash, and arguments without the marks that only
// the help understands.
func spellFlags(c *mango.Command) {
	for key, f := range c.Flags {
		f.Usage = strings.ReplaceAll(f.Usage, "`", "")
		if f.Short != "" && f.PFlag {
			f.PFlag, f.Name = false, "-"+f.Name // mango puts the same dashes before both
		}
		c.Flags[key] = f
	}
	for _, sub := range c.Commands {
		spellFlags(sub)
	}
}
