package leak

import (
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// TestContentsAreIncluded checks that a growing collection and its contents are one suspect with the rate of both, if
// equally many are allocated at the same time.
func TestContentsAreIncluded(t *testing.T) {
	push := fn("example.com/shop/audit.(*ring).push", profile.ClassUser)
	insert := fn("container/list.(*List).insertValue", profile.ClassStd)
	log := fn("example.com/shop/audit.Log", profile.ClassUser)
	other := fn("example.com/shop/orders.Load", profile.ClassUser)
	get := fn("example.com/shop/cache.(*Layer).Get", profile.ClassUser)
	set := depFunc("example.org/lru.(*Cache).Set", "example.org/lru@v1.0.0/lru.go")
	keeps := func(s *profile.Stack, each, perSecond float64) profile.Group { return bytesOf(s, each, perSecond, 120) }
	late := keeps(stackOf(log, log), 256, 64<<10)
	for i := range late.Points { // all of it in the first third
		late.Points[i] = keeps(stackOf(log, log), 256, 128<<10).Points[min(i, 14)]
		late.Points[i].Time = profile.InstantOf(at(float64(3 * i)))
	}
	for name, tt := range map[string]struct {
		groups []profile.Group
		want   string // the included functions
	}{
		"a list, and what it holds":   {[]profile.Group{keeps(stackOf(push, insert, push), 256, 64<<10), keeps(stackOf(log, log), 256, 64<<10)}, "what audit.Log makes included"},
		"too few to judge alone":      {[]profile.Group{keeps(stackOf(push, insert, push), 256, 64<<10), keeps(stackOf(log, log), 256, 24<<10)}, "what audit.Log makes included"},
		"held by what is too little":  {[]profile.Group{keeps(stackOf(other, other), 256, 64<<10), keeps(stackOf(get, set, get, other), 256, 24<<10)}, "what cache.(*Layer).Get keeps included"},
		"made by a caller of a cache": {[]profile.Group{keeps(stackOf(other, other), 256, 64<<10), keeps(stackOf(get, set, get, other), 256, 64<<10)}, "what orders.Load makes included"},
		"of another package":          {[]profile.Group{keeps(stackOf(push, insert, push), 256, 64<<10), keeps(stackOf(other, other), 256, 64<<10)}, ""},
		"far fewer":                   {[]profile.Group{keeps(stackOf(push, insert, push), 256, 64<<10), keeps(stackOf(log, log), 16<<10, 64<<10)}, ""},
		"no collection":               {[]profile.Group{keeps(stackOf(push, push), 256, 64<<10), keeps(stackOf(log, log), 256, 64<<10)}, ""},
		"at another time":             {[]profile.Group{keeps(stackOf(push, insert, push), 256, 64<<10), late}, ""},
	} {
		r := Judge(Input{Now: at(120), Start: began, Heap: tt.groups})
		i := slices.IndexFunc(r.Suspects, func(s Suspect) bool { return strings.Contains(s.Sentence, "included") })
		if (i >= 0) != (tt.want != "") || i >= 0 && (len(r.Suspects) != 1 || !strings.Contains(r.Suspects[i].Sentence, tt.want) || r.Suspects[i].GrowthPerHour < 1.3*64*1024*3600) {
			t.Errorf("%s: got %+v", name, r.Suspects)
		}
		if i >= 0 && r.Suspects[i].Share < 0.9 {
			t.Errorf("%s: got %.0f%% of the growth", name, 100*r.Suspects[i].Share)
		}
		if i >= 0 && !strings.Contains(r.Suspects[i].Cause, "It is probably held by what ") {
			t.Errorf("%s: got cause %s", name, r.Suspects[i].Cause)
		}
	}
}
