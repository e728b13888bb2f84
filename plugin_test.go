package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/template"

	"sigs.k8s.io/yaml"
)

func TestProgram(t *testing.T) {
	for argv0, want := range map[string]string{
		"leaktop": "leaktop", "/usr/local/bin/leaktop": "leaktop", "leaktop.exe": "leaktop", "main": "leaktop",
		"kubectl-leaktop": "kubectl leaktop", "/home/me/.krew/bin/kubectl-leaktop": "kubectl leaktop", "kubectl-leaktop.exe": "kubectl leaktop",
	} {
		if got := program(argv0); got != want {
			t.Errorf("program(%q) = %q, want %q", argv0, got, want)
		}
	}
}

func TestAsCalled(t *testing.T) {
	for text, want := range map[string]string{
		"for example: leaktop localhost:6060":       "for example: kubectl leaktop localhost:6060",
		"for example: leaktop -n shop deploy/a":     "for example: kubectl leaktop -n shop deploy/a",
		"for example: leaktop heap.pb.gz":           "for example: kubectl leaktop heap.pb.gz",
		"as in leaktop pod/NAME":                    "as in kubectl leaktop pod/NAME",
		"or use leaktop check TARGET":               "or use kubectl leaktop check TARGET",
		"Replay it: leaktop a.tar":                  "Replay it: kubectl leaktop a.tar",
		"(leaktop FILE), judged (leaktop check F)":  "(kubectl leaktop FILE), judged (kubectl leaktop check F)",
		"leaktop goes on when it is":                "leaktop goes on when it is",
		"leaktop polls the pprof endpoint":          "leaktop polls the pprof endpoint",
		"start leaktop again with a new pod's name": "start leaktop again with a new pod's name",
		"leaktop knows no kind \"node\", only pod":  "leaktop knows no kind \"node\", only pod",
	} {
		if got := asCalled(text, "kubectl leaktop"); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
		if got := asCalled(text, "leaktop"); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// krewManifest is what krew-release-bot makes of the template for a tag.
func krewManifest(t *testing.T, tag string) []byte {
	t.Helper()
	render := func(text string, funcs template.FuncMap) string {
		tm, err := template.New("").Funcs(funcs).Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := tm.Execute(&b, map[string]string{"TagName": tag}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	text, err := os.ReadFile(".krew.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return []byte(render(string(text), template.FuncMap{"addURIAndSha": func(uri, _ string) string {
		return fmt.Sprintf("uri: %s\n    sha256: %s", render(uri, nil), strings.Repeat("a", 64))
	}}))
}

// The manifest of the kubectl plugin names the archives that are released, all
// of them.
func TestKrewManifestNamesTheArchives(t *testing.T) {
	var plugin struct {
		Metadata struct{ Name string }
		Spec     struct {
			Version, ShortDescription, Description string
			Platforms                              []struct {
				Selector         struct{ MatchLabels map[string]string }
				URI, SHA256, Bin string
			}
		}
	}
	if err := yaml.Unmarshal(krewManifest(t, "v1.2.3"), &plugin); err != nil {
		t.Fatal(err)
	}
	if plugin.Metadata.Name != "leaktop" || plugin.Spec.Version != "v1.2.3" || plugin.Spec.ShortDescription == "" || len(plugin.Spec.ShortDescription) > 50 || plugin.Spec.Description == "" {
		t.Errorf("manifest %+v", plugin)
	}
	var got []string
	for _, p := range plugin.Spec.Platforms {
		bin := "leaktop"
		if p.Selector.MatchLabels["os"] == "windows" {
			bin = "leaktop.exe"
		}
		if p.Bin != bin || len(p.SHA256) != 64 {
			t.Errorf("platform %+v", p)
		}
		name, found := strings.CutPrefix(p.URI, "https://github.com/leaktop/leaktop/releases/download/v1.2.3/")
		if !found || !strings.Contains(name, "_"+p.Selector.MatchLabels["os"]+"_"+p.Selector.MatchLabels["arch"]+".") {
			t.Errorf("platform %+v", p)
		}
		got = append(got, name)
	}
	if want := archives(t, "1.2.3"); !slices.Equal(got, want) {
		t.Errorf("the manifest names %q, released are %q", got, want)
	}
}

// archives are the files that goreleaser makes of a version.
func archives(t *testing.T, version string) []string {
	t.Helper()
	text, err := os.ReadFile(".goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Builds   []struct{ Goos, Goarch []string }
		Archives []struct {
			NameTemplate string `json:"name_template"`
			Formats      []string
		}
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	name := template.Must(template.New("").Parse(config.Archives[0].NameTemplate))
	var all []string
	for _, system := range config.Builds[0].Goos {
		for _, arch := range config.Builds[0].Goarch {
			var b bytes.Buffer
			if err := name.Execute(&b, map[string]string{"Version": version, "Os": system, "Arch": arch}); err != nil {
				t.Fatal(err)
			}
			all = append(all, b.String()+"."+config.Archives[0].Formats[0])
		}
	}
	return all
}
