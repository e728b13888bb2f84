package demo

import (
	"bytes"
	"fmt"
	"strings"
	"sync"

	"github.com/leaktop/leaktop/profile/plain"
)

// maxOutput bounds the part of a child's output that is kept, in bytes.
const maxOutput = 8 << 10

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
	f.text = append(f.text, p[:min(len(p), maxOutput-len(f.text))]...)
	if line, _, ok := bytes.Cut(f.text, []byte("\n")); ok {
		f.done = true
		f.line <- strings.TrimSpace(string(line))
	}
	return len(p), nil
}

// outputTail keeps the end of what is written to it.
type outputTail struct {
	mu   sync.Mutex
	text []byte
}

func (t *outputTail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	t.text = t.text[max(len(t.text)-maxOutput, 0):]
	return len(p), nil
}

// explainError adds the output to err, made safe for a terminal.
func (t *outputTail) explainError(err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	for i := range lines {
		lines[i] = plain.Line(lines[i])
	}
	said := strings.Join(lines, "\n")
	if said == "" {
		return err
	}
	return fmt.Errorf("%w; its output:\n%s", err, said)
}
