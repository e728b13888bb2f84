package ui

import (
	"reflect"
	"slices"
	"testing"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/tui"
)

// Every key is listed in the help once, does something, and does not hide another key.
func TestEveryKeyCounts(t *testing.T) {
	k := tui.DefaultKeyMap(len(paneTable))
	listed := map[string]int{}
	for _, g := range k.Groups() {
		for _, b := range g.Keys {
			listed[b.Help().Desc]++
		}
	}
	done := map[string]string{} // a key, by what it does
	for _, a := range bindings {
		b := a.key(k)
		for _, name := range b.Keys() {
			if before := done[name]; before != "" {
				t.Errorf("%s does %q and %q", name, before, b.Help().Desc)
			}
			done[name] = b.Help().Desc
		}
	}
	elsewhere := []key.Binding{k.NextPart, k.Play, k.StepBack, k.StepOn, k.Slower, k.Faster, k.PrevEvent, k.NextEvent}
	all := reflect.ValueOf(k)
	for i := range all.NumField() {
		name, b := all.Type().Field(i).Name, all.Field(i).Interface().(key.Binding)
		if n := listed[b.Help().Desc]; n != 1 {
			t.Errorf("%s is listed in the help %d times", name, n)
		}
		acts := slices.ContainsFunc(b.Keys(), func(s string) bool { return done[s] == b.Help().Desc })
		if pages := slices.ContainsFunc(elsewhere, func(e key.Binding) bool { return e.Help() == b.Help() }); acts == pages {
			t.Errorf("%s: in the table of bindings: %t, handled by a page: %t", name, acts, pages)
		}
	}
	for _, group := range table.DefaultKeyMap().FullHelp() {
		for _, b := range group {
			for _, name := range b.Keys() {
				if done[name] != "" {
					t.Errorf("%s never reaches a table, because it does %q", name, done[name])
				}
			}
		}
	}
}
