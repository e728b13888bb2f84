package format

import (
	"slices"
	"testing"
)

func TestFitDistinct(t *testing.T) {
	const sep = " ‹ "
	for _, c := range []struct {
		name        string
		texts, want []string
		w           int
	}{
		{"what fits stays", []string{"a ‹ b", "c"}, []string{"a ‹ b", "c"}, 20},
		{
			"callers that differ late",
			[]string{
				"server.(*Sublist).Insert ‹ server.processSub ‹ server.(*client).one ‹ goexit",
				"server.(*Sublist).Insert ‹ server.processSub ‹ server.(*route).two ‹ goexit",
			},
			[]string{
				"server.(*Sublist).Insert ‹ … ‹ server.(*client).one",
				"server.(*Sublist).Insert ‹ … ‹ server.(*route).two…",
			},
			51,
		},
		{
			"a narrow column keeps the end of both",
			[]string{
				"server.(*Sublist).Insert ‹ server.processSub ‹ server.(*client).one",
				"server.(*Sublist).Insert ‹ server.processSub ‹ server.(*route).two",
			},
			[]string{"(*Sublist).Insert ‹ … ‹ (*client).one", "(*Sublist).Insert ‹ … ‹ (*route).two"},
			42,
		},
		{"equal texts stay equal", []string{"a ‹ bbbb ‹ c", "a ‹ bbbb ‹ c"}, []string{"a ‹ bb…", "a ‹ bb…"}, 7},
		{"another beginning needs nothing", []string{"abcdef", "abcdeg"}, []string{"abc…", "abc…"}, 4},
	} {
		got := FitDistinct(c.texts, c.w, sep, Fit)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		for _, s := range got {
			if Width(s) > c.w {
				t.Errorf("%s: %q is wider than %d", c.name, s, c.w)
			}
		}
	}
}
