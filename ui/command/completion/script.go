// Package completion contains the scripts with which shells complete leaktop's command
// line. Those of cobra split words at ":" and "=" and evaluate what the user has typed:
// they can't complete the target of a store, which has both and is usually in quotes.
package completion

import (
	_ "embed"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

//go:embed bash.sh
var bash string

//go:embed zsh.zsh
var zsh string

//go:embed fish.fish
var fish string

// scripts has a row for each shell whose script is not that of cobra.
var scripts = map[string]string{"bash": bash, "zsh": zsh, "fish": fish}

var notInName = regexp.MustCompile(`[^a-zA-Z0-9_]`)

// Script returns the script that completes a program in a shell; ok is false for a shell
// without a script of its own here.
func Script(shell, program string, describe bool) (text string, ok bool) {
	text, ok = scripts[shell]
	command := cobra.ShellCompRequestCmd
	if !describe {
		command = cobra.ShellCompNoDescRequestCmd
	}
	r := strings.NewReplacer("PROGRAM", program, "FUNCTION", notInName.ReplaceAllString(program, "_"), "COMPLETE", command)
	return r.Replace(text), ok
}
