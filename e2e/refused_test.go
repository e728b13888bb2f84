//go:build unix

package e2e

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// Wrong arguments are reported, with code 2, before the terminal is changed.
func TestRefusedOnATerminal(t *testing.T) {
	t.Parallel()
	exe := findProgram(t, "leaktop")
	for _, test := range []struct {
		line string
		want []string
	}{
		{"TERM=dumb leaktop demo", []string{"TERM=dumb is a terminal without a screen", "leaktop check TARGET"}},
		{"TERM=dumb leaktop :6060", []string{"TERM=dumb is a terminal without a screen", "leaktop check TARGET"}},
		{"leaktop demo nosuchleak", []string{`find leak "nosuchleak"`}},
		{"leaktop -", []string{"standard input cannot be a target"}},
		{"leaktop nosuch.tar", []string{"no such file or folder"}},
		{"leaktop ../README.md", []string{"README.md"}},
		{"leaktop --nosuchflag :6060", []string{"unknown flag"}},
		{"leaktop --interval nonsense :6060", []string{"--interval"}},
		{"leaktop --interval 1ms :6060", []string{"--interval: the minimum is"}},
		{"leaktop --cost 200% :6060", []string{"--cost: must be"}},
		{"leaktop --timeout 1ms :6060", []string{"--timeout: the minimum is"}},
		{"leaktop --bearer-token-file nosuchfile :6060", []string{"--bearer-token-file"}},
		{"leaktop --cacert nosuchfile https://127.0.0.1:1", []string{"--cacert"}},
		{"leaktop --kubeconfig nosuchfile deploy/checkout", []string{"--kubeconfig"}},
		{"leaktop --record . :6060", []string{"--force"}},
	} {
		t.Run(test.line, func(t *testing.T) {
			t.Parallel()
			tm := start(t, 80, 24, "env", strings.Fields(strings.Replace(test.line, "leaktop", exe, 1))...)
			tm.checkRefusal(test.want...)
		})
	}
	t.Run("TERM=dumb leaktop --help", func(t *testing.T) {
		t.Parallel()
		tm := start(t, 80, 24, "env", "TERM=dumb", exe, "--help")
		if err := tm.waitForExit(); err != nil {
			t.Error(err)
		}
		tm.checkOutput("leaktop TARGET... [flags]", "--interval")
		tm.noEscape()
	})
	t.Run("pipe", func(t *testing.T) {
		t.Parallel()
		tm := start(t, 80, 24, "sh", "-c", `{ "$1" demo; echo "code $?" >&2; } | cat`, "sh", exe)
		_ = tm.waitForExit()
		tm.checkOutput("standard output is not a terminal", "leaktop check TARGET", "code 2")
	})
}

// checkRefusal checks that a program ends with code 2 and has written the texts and no
// escape sequence.
func (tm *terminal) checkRefusal(texts ...string) {
	tm.t.Helper()
	var ended *exec.ExitError
	if err := tm.waitForExit(); !errors.As(err, &ended) || ended.ExitCode() != 2 {
		tm.t.Errorf("it ended with %v, want exit code 2", err)
	}
	tm.checkRestored()
	tm.checkOutput(texts...)
	tm.noEscape()
}

// noEscape checks that only text was written.
func (tm *terminal) noEscape() {
	tm.t.Helper()
	if _, escape, found := strings.Cut(string(tm.raw), "\x1b"); found {
		tm.t.Errorf("the escape sequence %.20q was written", escape)
	}
}
