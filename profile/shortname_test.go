package profile

import (
	"strings"
	"testing"
)

func TestShortName(t *testing.T) {
	for name, want := range map[string]string{
		"":                                    "",
		"main.main":                           "main.main",
		"example.com/shop/store.(*Cache).Put": "store.(*Cache).Put",
		"go.etcd.io/raft/v3.(*node).run":      "raft.(*node).run",
		"charm.land/fang/v2.Execute":          "fang.Execute",
		"example.com/v1beta/api.F":            "api.F",
		"example.com/vendor.F":                "vendor.F",
		"v2.F":                                "v2.F",
		"gopkg.in/yaml%2ev3.(*Node).Decode":   "yaml.v3.(*Node).Decode",
		"main.///":                            "main.///",
		"a/main.F///":                         "main.F///",
		"x/m.F" + strings.Repeat("é", 200) + "z":        "m.F" + strings.Repeat("é", 77) + "…" + strings.Repeat("é", 38) + "z",
		"x/m.F" + strings.Repeat("é", 117):              "m.F" + strings.Repeat("é", 117),
		"/v2.F":                                         "v2.F",
		"slices.Sort[example.com/a/b/v2.Type]":          "slices.Sort[example.com/a/b/v2.Type]",
		"example.com/list/v4.Map[go.shape.int]":         "list.Map[...]",
		"example.com/race.First[go.shape.*uint8].func1": "race.First[...].func1",
		"a/pool.(*Pool[go.shape.map[string]int]).Get":   "pool.(*Pool[...]).Get",
	} {
		if got := ShortName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
