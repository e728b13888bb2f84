package command

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// Program returns the name that the user runs the program by: "leaktop", or
// "kubectl leaktop" as a kubectl plugin.
func Program(argv0 string) string {
	if strings.TrimSuffix(filepath.Base(argv0), ".exe") == "kubectl-leaktop" {
		return "kubectl leaktop"
	}
	return "leaktop"
}

// Called makes usage lines and examples use the program's name.
func Called(root *cobra.Command, name string) {
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: name}
	for _, c := range append(root.Commands(), root) {
		c.Example = AsCalled(c.Example, name)
		c.Long = AsCalled(c.Long, name)
	}
}

// commandLine matches "leaktop" where text shows a command line: before a
// subcommand, a flag or a target.
var commandLine = regexp.MustCompile(`\bleaktop( (?:check|record|demo|version|completion|man|TARGET|FILE|-|:|unix:|\S+:\d|\S+/\S|\S+\.\w))`)

// AsCalled replaces the program's name in the command lines of a text.
func AsCalled(text, name string) string { return commandLine.ReplaceAllString(text, name+"$1") }
