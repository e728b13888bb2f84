package childproc

import (
	"errors"
	"strings"
	"testing"
)

func TestTail(t *testing.T) {
	var output Tail
	cause := errors.New("exit status 1")
	if err := output.ExplainError(cause, 3); !errors.Is(err, cause) || err.Error() != "exit status 1, without output" {
		t.Errorf("without output: got %v", err)
	}
	for range 1000 {
		_, _ = output.Write([]byte(strings.Repeat("x", 100)))
	}
	_, _ = output.Write([]byte("\none\ntwo\nno \x1b[31mhost\n"))
	err := output.ExplainError(cause, 2)
	if !errors.Is(err, cause) || err.Error() != "exit status 1; its output:\n  two\n  no host" {
		t.Errorf("got %q, want the last two lines", err)
	}
	if n := len(output.String()); n != MaxTail {
		t.Errorf("kept %d bytes, want %d", n, MaxTail)
	}
}
