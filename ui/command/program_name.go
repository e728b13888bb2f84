package command

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/leaktop/leaktop/source/target"
)

// ProgramName returns the name that the user runs the program by: "leaktop", or
// "kubectl leaktop" as a kubectl plugin.
func ProgramName(argv0 string) string {
	if strings.TrimSuffix(filepath.Base(argv0), ".exe") == "kubectl-leaktop" {
		return "kubectl leaktop"
	}
	return "leaktop"
}

// SetProgram makes usage lines and examples use the name that the user runs the program
// by.
func SetProgram(root *cobra.Command, name string) {
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: name}
	for _, c := range append(root.Commands(), root) {
		c.Example = strings.ReplaceAll(c.Example, "  leaktop ", "  "+name+" ")
	}
}

// ErrorText returns the text of an error as the user reads it.
func ErrorText(err error, program string) string {
	if e, ok := errors.AsType[*target.Error](err); ok && e.Error() == err.Error() {
		return e.Describe(program)
	}
	return err.Error()
}
