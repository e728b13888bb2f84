package command

import "github.com/spf13/cobra"

// ReportErrors makes every command pass its error to say, and then succeed. If fang
// reported it, it would first query the terminal for its background in raw mode, even
// for a command without a screen, and swallow what the user types.
func ReportErrors(root *cobra.Command, say func(error)) {
	told := func(err error) error {
		if err != nil {
			say(err)
		}
		return nil
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return told(err) })
	for _, c := range append(root.Commands(), root) {
		check, do := c.Args, c.RunE
		c.Args = cobra.ArbitraryArgs
		c.RunE = func(c *cobra.Command, args []string) error {
			if check != nil {
				if err := check(c, args); err != nil {
					return told(err)
				}
			}
			return told(do(c, args))
		}
	}
}
