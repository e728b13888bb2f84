package main

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// program is how the user calls us: "leaktop", or "kubectl leaktop" where
// kubectl found us as its plugin.
func program(argv0 string) string {
	if strings.TrimSuffix(filepath.Base(argv0), ".exe") == "kubectl-leaktop" {
		return "kubectl leaktop"
	}
	return "leaktop"
}

// called has usage lines and examples say what the user calls us.
func called(root *cobra.Command, name string) {
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: name}
	for _, c := range append(root.Commands(), root) {
		c.Example = asCalled(c.Example, name)
		c.Long = asCalled(c.Long, name)
	}
}

// commandLine finds "leaktop" where a text shows what to type: before a
// subcommand, a flag or a target.
var commandLine = regexp.MustCompile(`\bleaktop( (?:check|record|demo|version|completion|man|TARGET|FILE|-|:|unix:|\S+:\d|\S+/\S|\S+\.\w))`)

// asCalled writes command lines in a text as the user calls us.
func asCalled(text, name string) string { return commandLine.ReplaceAllString(text, name+"$1") }
