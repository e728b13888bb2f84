package overview

import (
	"slices"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

func TestVerdictOfThePodBefore(t *testing.T) {
	vc := &tui.ViewContext{Theme: theme.New(true, colorprofile.NoTTY), Keys: tui.DefaultKeyMap(7)}
	vc.State = session.State{BeforeName: "shop/a :6060", Facts: profile.Facts{Name: "shop/a :6060"}}
	vc.State.Before.Suspects = []leak.Suspect{{Sentence: "main.hold keeps all"}}
	if got := beforeWhat(vc); got != "before the restart" {
		t.Errorf("same pod: %q", got)
	}
	vc.State.Facts.Name = "shop/b :6060"
	if got := beforeWhat(vc); got != "on the pod before" {
		t.Errorf("another pod: %q", got)
	}
	// An export has the same sentence.
	want := export.Sentence{Head: "on the pod before", Text: "main.hold keeps all"}
	if got := Sentences(vc); !slices.Contains(got, want) {
		t.Errorf("exported %+v, want %+v", got, want)
	}
}
