package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/source/store/prometheus"
)

func TestParse(t *testing.T) {
	half, all := 30*time.Minute, time.Duration(0)
	for _, c := range []struct {
		name, text string
		want       Config
		warnings   []string // a part of each
	}{
		{"nothing", "", Config{}, nil},
		{
			"everything", "theme = \"light\"\nwindow = \"30m\"\nsort = \"holds\"\ncolumns = [\"holds\", \"growth\"]\ninterval = \"5s\"",
			Config{Theme: "light", Window: &half, Sort: "holds", Columns: []string{"holds", "growth"}, Interval: 5 * time.Second},
			nil,
		},
		{"the whole watch", `window = "all"`, Config{Window: &all}, nil},
		{"an unknown key", "theme = \"dark\"\ncolor = \"red\"\n[keys]\nquit = \"x\"", Config{Theme: "dark"}, []string{"unknown key color", "unknown key keys", "unknown key keys.quit"}},
		{"bad values", "theme = \"pink\"\nwindow = \"1s\"\ninterval = \"x\"\nsort = \"cum\"", Config{Sort: "cum"}, []string{`theme "pink"`, `"1s" is not a window`, `interval "x"`}},
		{
			"queries", "[prometheus.pod]\nworking_set = \"a{pod=$pod}\"\ncache = \"\"\n[prometheus.job]\nresident = \"b{$selector}\"",
			Config{
				PodQueries: prometheus.Queries{longterm.WorkingSet: "a{pod=$pod}", longterm.Cache: ""},
				JobQueries: prometheus.Queries{longterm.Resident: "b{$selector}"},
			},
			nil,
		},
		{
			"bad queries", "[prometheus]\nurl = \"x\"\n[prometheus.pod]\nworking_set = \"a{pod=$pdo}\"\nworking = \"a\"",
			Config{PodQueries: prometheus.Queries{}},
			[]string{"unknown key prometheus.url", `[prometheus.pod] "working" is unknown: use working_set`, "[prometheus.pod] working_set: $pdo is unknown: use $container"},
		},
		{"no TOML", "theme = ", Config{}, []string{"ignored"}},
		{"another type", "theme = 1", Config{}, []string{"ignored"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, warnings := parse(c.text)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			if len(warnings) != len(c.warnings) {
				t.Fatalf("warnings %q, want %d", warnings, len(c.warnings))
			}
			for i, w := range c.warnings {
				if !strings.Contains(warnings[i], w) {
					t.Errorf("warning %q lacks %q", warnings[i], w)
				}
			}
		})
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	env := func(name string) string {
		if name == "XDG_CONFIG_HOME" {
			return dir
		}
		return ""
	}
	if c, w := Load(env); len(w) != 0 || c.Theme != "" {
		t.Errorf("without a file: %+v, %q", c, w)
	}
	path := filepath.Join(dir, "leaktop", "config.toml")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{`theme = "mono"`: "", "color = 1": "unknown key color", strings.Repeat("#", maxSize+1): "larger than"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, w := Load(env)
		if want == "" && (len(w) != 0 || c.Theme != "mono") {
			t.Errorf("%.20s: %+v, %q", text, c, w)
		}
		if want != "" && (len(w) != 1 || !strings.Contains(w[0], want) || !strings.HasPrefix(w[0], path)) {
			t.Errorf("%.20s: %q, want %q", text, w, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("theme = \"dark\"\nwindow = \"2h\"")
	f.Fuzz(func(t *testing.T, text string) {
		c, _ := parse(text)
		if c.Window != nil && *c.Window != 0 && *c.Window < minWindow {
			t.Errorf("window %v", *c.Window)
		}
	})
}
