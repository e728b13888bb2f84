package demo

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/childproc"
)

// maxFirstLine bounds the first line of a child's output, in bytes.
const maxFirstLine = 8 << 10

// firstLine sends the first line written to it on a channel and ignores the rest.
type firstLine struct {
	line chan<- string // buffered
	text []byte
	done bool
}

func (f *firstLine) Write(p []byte) (int, error) {
	if f.done {
		return len(p), nil
	}
	f.text = append(f.text, p[:min(len(p), maxFirstLine-len(f.text))]...)
	if line, _, ok := bytes.Cut(f.text, []byte("\n")); ok {
		f.done = true
		f.line <- strings.TrimSpace(string(line))
	}
	return len(p), nil
}

// outputTail keeps the end of a child's output.
type outputTail struct{ childproc.Tail }

// explainError adds the output to err, made safe for a terminal.
func (t *outputTail) explainError(err error) error {
	lines := strings.Split(strings.TrimSpace(t.String()), "\n")
	for i := range lines {
		lines[i] = plain.Line(lines[i])
	}
	output := strings.Join(lines, "\n")
	if output == "" {
		return err
	}
	return fmt.Errorf("%w; its output:\n%s", err, output)
}
