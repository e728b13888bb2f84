package command

import (
	"runtime/debug"
	"testing"
)

func TestVersionOf(t *testing.T) {
	const revision = "51a655c0b1d2e3f405162738495a6b7c8d9e0f10"
	vcs := []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: revision}, {Key: "vcs.modified", Value: "false"}}
	for _, test := range []struct {
		name, version string
		settings      []debug.BuildSetting
		want          string
	}{
		{"installed", "v1.2.0", nil, "v1.2.0 go1.26.5"},
		{"built in a checkout", "(devel)", vcs, "devel 51a655c0b1d2 go1.26.5"},
		{"built in a checkout, without a version", "", vcs, "devel 51a655c0b1d2 go1.26.5"},
		{"named after its revision by Go", "v1.2.1-0.20260504140203-51a655c0b1d2+dirty", vcs, "v1.2.1-0.20260504140203-51a655c0b1d2+dirty go1.26.5"},
		{"a short revision", "(devel)", []debug.BuildSetting{{Key: "vcs.revision", Value: "1234"}}, "devel 1234 go1.26.5"},
		{"no checkout", "(devel)", nil, "(devel) go1.26.5"},
		{"nothing known", "", nil, "(devel) go1.26.5"},
	} {
		t.Run(test.name, func(t *testing.T) {
			info := &debug.BuildInfo{GoVersion: "go1.26.5", Main: debug.Module{Version: test.version}, Settings: test.settings}
			if got := formatVersion(info); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
