package command

import (
	"errors"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/source/target"
)

func TestProgram(t *testing.T) {
	for argv0, want := range map[string]string{
		"leaktop": "leaktop", "/usr/local/bin/leaktop": "leaktop", "leaktop.exe": "leaktop", "main": "leaktop",
		"kubectl-leaktop": "kubectl leaktop", "/home/me/.krew/bin/kubectl-leaktop": "kubectl leaktop", "kubectl-leaktop.exe": "kubectl leaktop",
	} {
		if got := ProgramName(argv0); got != want {
			t.Errorf("Program(%q) = %q, want %q", argv0, got, want)
		}
	}
}

// The name by which the user runs the program appears in examples and in the errors
// for bad targets, and nowhere else.
func TestSetProgram(t *testing.T) {
	const plugin = "kubectl leaktop"
	root := Root(plugin)
	root.AddCommand(Check(), Demo(plugin), Record(plugin))
	SetProgram(root, plugin)
	for _, c := range append(root.Commands(), root) {
		for line := range strings.Lines(c.Example) {
			line = strings.TrimSpace(line)
			if strings.Contains(line, "leaktop") && !strings.HasPrefix(line, plugin+" ") {
				t.Errorf("%s has the example %q", c.Name(), line)
			}
		}
	}
	if !strings.HasPrefix(root.Long, "leaktop polls") {
		t.Errorf("the program is called %q", root.Long)
	}
	_, err := target.Parse("localhost")
	if got := ErrorText(err, plugin); !strings.HasSuffix(got, "for example: kubectl leaktop localhost:6060") {
		t.Errorf("a bad target is answered with %q", got)
	}
	if got := ErrorText(errors.New("leaktop goes on when it is"), plugin); got != "leaktop goes on when it is" {
		t.Errorf("another error became %q", got)
	}
}

func TestExitCode(t *testing.T) {
	bad := errors.New("bad")
	for _, tt := range []struct {
		err  error
		code int
		say  error
	}{{nil, 0, nil}, {bad, failureCode, bad}, {exitWith(0, nil), 0, nil}, {exitWith(3, nil), 3, nil}, {exitWith(2, bad), 2, bad}} {
		if code, say := ExitCode(tt.err); code != tt.code || say != tt.say {
			t.Errorf("%v ends with %d, %v; want %d, %v", tt.err, code, say, tt.code, tt.say)
		}
	}
}
