package command

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// Program is how the user calls us: "leaktop", or "kubectl leaktop" where
// kubectl found us as its plugin.
func Program(argv0 string) string {
	if strings.TrimSuffix(filepath.Base(argv0), ".exe") == "kubectl-leaktop" {
		return "kubectl leaktop"
	}
	return "leaktop"
}

// Called has usage lines and examples say what the user calls us.
func Called(root *cobra.Command, name string) {
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: name}
	for _, c := range append(root.Commands(), root) {
		c.Example = AsCalled(c.Example, name)
		c.Long = AsCalled(c.Long, name)
	}
}

// commandLine finds "leaktop" where a text shows what to type: before a
// subcommand, a flag or a target.
var commandLine = regexp.MustCompile(`\bleaktop( (?:check|record|demo|version|completion|man|TARGET|FILE|-|:|unix:|\S+:\d|\S+/\S|\S+\.\w))`)

// AsCalled writes command lines in a text as the user calls us.
func AsCalled(text, name string) string { return commandLine.ReplaceAllString(text, name+"$1") }
