package command

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/source/target"
)

// Each form of a target is a separate item, and short flags have one dash.
func TestManPage(t *testing.T) {
	root := Root("leaktop")
	root.AddCommand(Check(), Man())
	page, err := manPage(root)
	if err != nil {
		t.Fatal(err)
	}
	_, targets, _ := strings.Cut(page, ".SH TARGETS\n")
	for _, f := range target.Forms() {
		syntax := strings.ReplaceAll(f.Syntax, ".", `\&.`)
		if want := ".TP\n\\fB" + syntax + "\\fP\n"; !strings.Contains(targets, want) {
			t.Errorf("there is no item for %s:\n%s", f.Syntax, targets)
		}
	}
	if !strings.Contains(page, `\fB-n --namespace\fP`) || strings.Contains(page, `\fB--n `) {
		t.Error("a short flag has two dashes")
	}
	if strings.Contains(page, "`") {
		t.Error("the page has the marks of arguments")
	}
}
