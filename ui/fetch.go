package ui

import (
	"context"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// fetchAction requests profiles that are not polled.
type fetchAction struct {
	*core
	values valueAction
}

// openMenu lists the available profiles, in the order of [profile.Kinds].
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
	a.overlays.OpenMenu(kinds, a.fetchProfile, a.values.showKind)
	return nil
}

// fetchProfile requests one profile and adds it to the history. It runs in a command.
// The function it returns shows the profile.
func (a fetchAction) fetchProfile(ctx context.Context, q source.Query) (show func() tea.Cmd, err error) {
	c, err := a.session.Fetch(ctx, q)
	if err == nil {
		_, err = a.session.Keep(c)
	}
	if err != nil {
		return nil, err
	}
	st := a.session.State()
	return func() tea.Cmd {
		a.adoptState(st)
		return a.values.showKind(q.Kind)
	}, nil
}
