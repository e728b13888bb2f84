package leak

import (
	"slices"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// Remembering a suspect does not retain the series of all groups at that time.
func TestTrackKeepsNoSeries(t *testing.T) {
	groups := []profile.Group{bytesOf(stackOf(put, put), 2048, 400<<10, 300), bytesOf(stackOf(dial, dial), 4096, 40<<10, 300)}
	in := Input{Now: at(300), Start: began, Heap: groups}
	r := Judge(in)
	if len(r.Suspects) == 0 {
		t.Fatal("got no suspect")
	}
	if g := r.Suspects[0].Group; g == &groups[0] || g == &groups[1] || len(g.Points) == 0 {
		t.Errorf("the suspect's group has %d points, want its own copy of the group", len(g.Points))
	}
	track, _ := Track{}.Follow(in.Start, in.Now, &r)
	for _, o := range slices.Concat(track.standing, track.ranking.shown) {
		if n := len(o.Points) + len(o.Floor) + len(o.Group.Points); n > 0 {
			t.Errorf("%s: %d points are kept", o.Function, n)
		}
	}
}
