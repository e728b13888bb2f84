package command

import (
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/leaktop/leaktop/ui"
	"github.com/leaktop/leaktop/ui/config"
)

// themeFlag is the name of a theme.
type themeFlag string

func (t *themeFlag) String() string { return string(*t) }

func (t *themeFlag) Set(text string) error {
	if !slices.Contains(config.Themes, text) {
		return errors.New("want " + strings.Join(config.Themes, ", "))
	}
	*t = themeFlag(text)
	return nil
}

func (t *themeFlag) Type() string { return "NAME" }

// addThemeFlag adds --theme to a command with a screen.
func addThemeFlag(c *cobra.Command, name *string) {
	c.Flags().Var((*themeFlag)(name), "theme", "colors: auto, light, dark or mono")
}

// loadPreferences returns the user's settings, overridden by flags, and the interval of
// polls; 0 if it is not set.
func loadPreferences(cmd *cobra.Command, theme string) (ui.Preferences, time.Duration) {
	c, warnings := config.Load(os.Getenv)
	p := ui.Preferences{Theme: c.Theme, Window: c.Window, Sort: c.Sort, Columns: c.Columns, Warnings: warnings}
	if cmd.Flags().Changed("theme") {
		p.Theme = theme
	}
	return p, c.Interval
}
