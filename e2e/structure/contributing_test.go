package structure

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// CONTRIBUTING lists every folder with Go files, below its top-level folder,
// and no folder that does not exist.
func TestContributingNamesEveryFolder(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, page, _ := strings.Cut(string(data), "## Structure\n\n```\n")
	page, _, _ = strings.Cut(page, "```")
	parts, top, folder := map[string]string{}, "", ""
	for line := range strings.Lines(page) {
		if !strings.HasPrefix(line, " ") {
			top, _, _ = strings.Cut(line, "/")
		}
		parts[top] += line
		parent := top
		if strings.HasPrefix(line, "    ") {
			parent = folder // one level deeper
		}
		for _, word := range strings.Fields(line) {
			if !strings.HasSuffix(word, "/") {
				break
			}
			at := filepath.Join(parent, word)
			if word == top+"/" {
				at = top
			}
			if info, err := os.Stat(filepath.Join(root, at)); err != nil || !info.IsDir() {
				t.Errorf("%s is shown, but does not exist", at)
			}
			if parent == top {
				folder = at
			}
		}
	}
	for _, f := range sources(t) {
		first, _, _ := strings.Cut(f.folder, "/")
		if f.folder != "." && !strings.Contains(" "+parts[first], " "+path.Base(f.folder)+"/ ") {
			t.Errorf("%s holds Go, but the structure in CONTRIBUTING.md does not show it", f.folder)
		}
	}
}
