package ui

import (
	"context"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// fetchAction asks the target for profiles that are not polled.
type fetchAction struct {
	*core
	values valueAction
}

// openMenu lists the profiles that there are, in the order of [profile.Kinds].
func (a fetchAction) openMenu() tea.Cmd {
	offered := map[profile.Kind]bool{}
	for _, k := range a.session.Source.Offers() {
		offered[k] = true
	}
	var kinds []profile.Kind
	for _, i := range profile.Kinds {
		if offered[i.Kind] || i.Polled {
			kinds = append(kinds, i.Kind)
			delete(offered, i.Kind)
		}
	}
	delete(offered, profile.Trace) // not a profile
	kinds = append(kinds, slices.Sorted(maps.Keys(offered))...)
	w, h := a.session, a.vc.History
	a.overlays.OpenMenu(kinds, func(ctx context.Context, q source.Query) error {
		c, err := w.Fetch(ctx, q)
		if err == nil {
			_, err = h.Keep(c)
		}
		return err
	}, a.values.showKind)
	return nil
}
