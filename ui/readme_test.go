package ui

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/ui/tui"
)

var update = flag.Bool("update", false, "write the README's table of keys")

// TestReadmeHasTheKeys checks that the README's table of keys is that of the key map.
func TestReadmeHasTheKeys(t *testing.T) {
	const path, from, to = "../README.md", "<!-- keys -->\n", "<!-- end of keys -->\n"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok1 := strings.Cut(string(data), from)
	got, tail, ok2 := strings.Cut(rest, to)
	if !ok1 || !ok2 {
		t.Fatalf("%s lacks %q and %q around its keys", path, from, to)
	}
	want := "| | key | what |\n|---|---|---|\n"
	for _, g := range tui.DefaultKeyMap(len(paneTable)).Groups() {
		title := g.Title
		for _, k := range g.Keys {
			want += fmt.Sprintf("| %s | `%s` | %s |\n", title, k.Help().Key, k.Help().Desc)
			title = ""
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(head+from+want+to+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(got, want); d != "" {
		t.Errorf("the README's keys differ from the program's (-README +program); run with -update:\n%s", d)
	}
}
