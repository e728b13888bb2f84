package theme

import (
	"testing"

	"github.com/charmbracelet/colorprofile"
)

func TestFlameBoxesAreReadableAndApart(t *testing.T) {
	boxes := []Tone{FlameOwn, FlameDep, FlameLib, FlameOwnUp, FlameDepUp, FlameLibUp, FlameMatch, FlameCursor}
	for _, dark := range []bool{true, false} {
		for _, p := range []colorprofile.Profile{colorprofile.ANSI256, colorprofile.TrueColor} {
			for _, tone := range boxes {
				l := palette[tone]
				if r := contrast(l.fg.pickColor(dark, p), l.bg.pickColor(dark, p)); r < 4.5 {
					t.Errorf("tone %d, dark %v, %v: contrast %.1f:1", tone, dark, p, r)
				}
			}
		}
		for _, p := range []colorprofile.Profile{colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor} {
			th, seen := New(dark, p), map[string]Tone{}
			for _, tone := range boxes {
				s := th.Render(tone, "x")
				other, same := seen[s]
				// Of 16 colors only one is warm; the service's own code is bold
				// on it.
				if same && !(p == colorprofile.ANSI && tone == FlameLibUp && other == FlameDepUp) {
					t.Errorf("dark %v, %v: tones %d and %d look the same", dark, p, other, tone)
				}
				seen[s] = tone
			}
		}
	}
}
