package export

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGoToolPprofOpensIt runs the real tool, which comes with Go.
func TestGoToolPprofOpensIt(t *testing.T) {
	if testing.Short() {
		t.Skip("it may have to build the tool")
	}
	d := sample()
	d.Profile = heap(t)
	file := filepath.Join(t.TempDir(), "view.pb.gz")
	if err := os.WriteFile(file, write(t, ".pb.gz", d), 0o600); err != nil {
		t.Fatal(err)
	}
	for flag, want := range map[string][]string{
		"-top":      {"Type: inuse_space", "flat%", "runtime.main"},
		"-comments": {"target: shop/checkout-7d9f6", "filter: cache|http", "baseline: differences from 2026-03-14 11:58:00"},
	} {
		out, err := exec.Command("go", "tool", "pprof", flag, "-nodecount=1000", "-nodefraction=0", file).CombinedOutput()
		if err != nil {
			t.Fatalf("go tool pprof %s: %v\n%s", flag, err, out)
		}
		for _, w := range want {
			if !strings.Contains(string(out), w) {
				t.Errorf("go tool pprof %s lacks %q:\n%.2000s", flag, w, out)
			}
		}
	}
}
