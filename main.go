// Leaktop is a live profiler for Go services in a terminal: top, for leaks.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/memlimit"
	"github.com/leaktop/leaktop/ui/command"
)

func main() {
	memlimit.Apply()
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run executes the command line and returns the exit code: 0, or 2 for a wrong command
// line or a failure; a check has codes of its own. All output is made safe for a
// terminal, except that of the live view, which cleans its own.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	log.SetOutput(io.Discard) // net/http would log over the screen if a server sends too much
	stdout, stderr = plain.NewWriter(stdout, true), plain.NewWriter(stderr, false)
	name := command.ProgramName(os.Args[0])
	root := command.Root(name)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.AddCommand(command.Demo(name), command.Check(), command.Record(name), command.Version(), command.Man())
	command.SetProgram(root, name)
	command.AddCompletion(root)
	var failed error
	command.ReportErrors(root, func(err error) { failed = err })
	if err := execute(ctx, root); err != nil {
		failed = err
	}
	code, say := command.ExitCode(failed)
	if say != nil {
		fmt.Fprintln(stderr, "leaktop:", command.ErrorText(say, name))
	}
	return code
}

// execute runs the command. Help is formatted by fang, which first queries the terminal
// for its colors; a dumb terminal would print the query and never answer.
func execute(ctx context.Context, root *cobra.Command) error {
	if os.Getenv("TERM") != "dumb" {
		return fang.Execute(ctx, root, fang.WithVersion(command.BuildVersion()), fang.WithoutManpage(),
			fang.WithErrorHandler(func(io.Writer, fang.Styles, error) {}))
	}
	root.Version = command.BuildVersion()
	root.SilenceErrors, root.SilenceUsage = true, true
	return root.ExecuteContext(ctx)
}
