package e2e

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"text/template"

	"sigs.k8s.io/yaml"
)

// krewManifest renders the template for a tag as krew-release-bot does.
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
	return []byte(render(readFile(t, ".krew.yaml"), template.FuncMap{"addURIAndSha": func(uri, _ string) string {
		return fmt.Sprintf("uri: %s\n    sha256: %s", render(uri, nil), strings.Repeat("a", 64))
	}}))
}

// The manifest of the kubectl plugin names every archive of a release.
func TestKrewManifestNamesTheArchives(t *testing.T) {
	t.Parallel()
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
	if want := releasedArchives(t, "1.2.3"); !slices.Equal(got, want) {
		t.Errorf("the manifest names %q, released are %q", got, want)
	}
}

// releasedArchives returns the names of the files that goreleaser packs for a
// version.
func releasedArchives(t *testing.T, version string) []string {
	t.Helper()
	var config struct {
		Builds   []struct{ Goos, Goarch []string }
		Archives []struct {
			NameTemplate string `json:"name_template"`
			Formats      []string
		}
	}
	if err := yaml.Unmarshal([]byte(readFile(t, ".goreleaser.yaml")), &config); err != nil {
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
