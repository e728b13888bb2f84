package memory

import (
	"os"
	"strings"
	"testing"
)

// TestGuideNamesEveryPart checks that the guide page explains every part.
func TestGuideNamesEveryPart(t *testing.T) {
	page, err := os.ReadFile("../../docs/memory.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := Breakdown(Reading{RSS: 1 << 20, Sys: 2 << 20}, 1)
	parts = append(parts, Breakdown(Reading{RSS: 2}, 1)...)
	for _, p := range parts {
		if !strings.Contains(string(page), "\n| "+p.Name+" |") {
			t.Errorf("the page has no row for %q", p.Name)
		}
	}
}
