package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/fleet"
)

// parseTargets returns the targets that the arguments and the selector name: one, or
// several live ones that are a fleet. Several files are one target.
func (t *targetFlags) parseTargets(args []string) ([]source.Target, error) {
	if len(args) < 2 || t.o.Kube.Selector != "" {
		one, err := t.parseTarget(args)
		return []source.Target{one}, err
	}
	var all []source.Target
	files := 0
	for _, arg := range args {
		one, err := t.parseTarget([]string{arg})
		if err != nil {
			return nil, err
		}
		if one.Scheme == source.SchemeFile {
			files++
		}
		all = append(all, one)
	}
	if files > 0 {
		one, err := t.parseTarget(args) // refuses files among others
		return []source.Target{one}, err
	}
	return all, nil
}

// newFleet returns the fleet of several targets.
func (t *targetFlags) newFleet(cmd *cobra.Command, targets []source.Target, o source.Options) *fleet.Fleet {
	if !cmd.Flags().Changed("interval") {
		o.Interval = 0 // as their number demands
	}
	title := fmt.Sprintf("%d targets", len(targets))
	return fleet.New(fleet.OfTargets(title, targets), fleet.Options{Source: o})
}
