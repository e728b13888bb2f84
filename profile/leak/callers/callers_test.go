package callers_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callers"
)

// The functions of a service. All have the ID 0, like functions that are not
// interned, except one that is interned.
var (
	serve   = &profile.Function{Name: "shop.serve", Class: profile.ClassUser, ID: 7}
	put     = &profile.Function{Name: "shop.put", Class: profile.ClassUser}
	key     = &profile.Function{Name: "shop.newKey", Class: profile.ClassUser}
	body    = &profile.Function{Name: "shop.newBody", Class: profile.ClassUser}
	library = &profile.Function{Name: "lib.alloc", Class: profile.ClassDep}
)

func stack(fns ...*profile.Function) *profile.Stack {
	var frames []profile.Frame
	for _, fn := range fns {
		frames = append(frames, profile.Frame{Func: fn})
	}
	return profile.NewStack(fns[0], frames...)
}

func TestSums(t *testing.T) {
	keys := &profile.Group{Stacks: []*profile.Stack{stack(library, key, put, serve), stack(key, serve)}, Now: []int64{90, 10}}
	bodies := &profile.Group{Stacks: []*profile.Stack{stack(body, put, put, serve), stack(body, serve)}, Now: []int64{30, 70}}
	freed := &profile.Group{Stacks: []*profile.Stack{stack(body, put), stack(body, put), stack(body, put), stack(body, serve)}, Now: []int64{0, 0, 0, 0}}
	s := callers.New(0.75)
	s.Assign(keys)
	if s.IsShared() {
		t.Error("one group is shared")
	}
	s.Assign(bodies)
	s.Assign(freed)
	if !s.IsShared() {
		t.Error("nothing is shared")
	}
	s.Add(keys, 1000)
	s.Add(bodies, 100)
	s.Add(freed, 0)
	for _, tt := range []struct {
		fn     *profile.Function
		grown  float64
		groups []*profile.Group
	}{
		{serve, 1100, []*profile.Group{keys, bodies}},
		{put, 930, []*profile.Group{keys, freed}},
		{key, 1000, []*profile.Group{keys}},
		{body, 100, []*profile.Group{bodies, freed}},
		{library, 0, nil},
	} {
		if got := s.Of(tt.fn); got != tt.grown {
			t.Errorf("%s: got %v, want %v", tt.fn.Name, got, tt.grown)
		}
		if got := s.Groups(tt.fn); !slices.Equal(got, tt.groups) {
			t.Errorf("%s: got %d groups, want %d", tt.fn.Name, len(got), len(tt.groups))
		}
	}
	if got, want := fmt.Sprint(names(s.LargestShared(500))), "[shop.serve shop.put]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for minSum, want := range map[float64]*profile.Function{1000: key, 1001: serve, 1101: nil} {
		if got := s.Nearest(keys, minSum); got != want {
			t.Errorf("nearest of %v: got %v, want %v", minSum, got, want)
		}
	}
}

func names(fns []*profile.Function) (out []string) {
	for _, fn := range fns {
		out = append(out, fn.Name)
	}
	return out
}
