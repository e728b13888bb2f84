package demo

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/leaktop/leaktop/source/demo/goroutines"
	"github.com/leaktop/leaktop/source/demo/memory"
	"github.com/leaktop/leaktop/source/demo/shop"
	"github.com/leaktop/leaktop/source/spelling"
)

// defaultNames are the scenarios that run when none is named.
var defaultNames = []string{"growing-slice", "stuck-send", "unclosed-files", "unclosed-body"}

// Scenarios returns all scenarios: the leaks, the default ones first, then the
// look-alikes.
func Scenarios() []shop.Scenario {
	all := slices.Concat(goroutines.Scenarios(), memory.Scenarios())
	slices.SortStableFunc(all, func(a, b shop.Scenario) int { return listRank(a) - listRank(b) })
	return all
}

// listRank returns the place of a scenario in the list: of those with the same rank,
// the first in its package's table is first.
func listRank(s shop.Scenario) int {
	switch i := slices.Index(defaultNames, s.Name); {
	case i >= 0:
		return i
	case s.Kind == shop.Leak:
		return len(defaultNames)
	default:
		return len(defaultNames) + 1
	}
}

// defaults returns the scenarios that run when none is named.
func defaults() []shop.Scenario {
	return Scenarios()[:len(defaultNames)]
}

// Lookup returns the scenarios with the given names, without duplicates, in the
// order given; without names, defaults. The error for an unknown name lists all
// names and suggests the nearest one.
func Lookup(names []string) ([]shop.Scenario, error) {
	if len(names) == 0 {
		return defaults(), nil
	}
	all := Scenarios()
	var found []shop.Scenario
	for _, name := range names {
		i := slices.IndexFunc(all, func(s shop.Scenario) bool { return s.Name == name })
		switch {
		case i < 0:
			return nil, errUnknownLeak(name, all)
		case !slices.ContainsFunc(found, func(s shop.Scenario) bool { return s.Name == name }):
			found = append(found, all[i])
		}
	}
	return found, nil
}

func errUnknownLeak(name string, all []shop.Scenario) error {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name
	}
	hint := ""
	if n := spelling.Guess(name, names); n != "" {
		hint = fmt.Sprintf("; did you mean %s?", n)
	}
	return fmt.Errorf("find leak %q: no such leak%s\navailable: %s",
		name, hint, strings.Join(names, " "))
}

// List writes the scenarios as a table, one per line.
func List(w io.Writer, scenarios []shop.Scenario) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range scenarios {
		if _, err := fmt.Fprintf(t, "%s\t%s\t%s\n", s.Name, s.Kind, s.About); err != nil {
			return fmt.Errorf("list scenarios: %w", err)
		}
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("list scenarios: %w", err)
	}
	return nil
}
