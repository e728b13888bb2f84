package childproc

import (
	"fmt"
	"strings"
	"sync"

	"github.com/leaktop/leaktop/profile/plain"
)

// MaxTail is how many bytes a [Tail] keeps.
const MaxTail = 8 << 10

// Tail keeps the end of the output of a command, for a message about its failure. It
// is safe for concurrent use.
type Tail struct {
	mu  sync.Mutex
	end []byte
}

// Write keeps the end of what was written so far.
func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, p...)
	if over := len(t.end) - MaxTail; over > 0 {
		t.end = append(t.end[:0], t.end[over:]...)
	}
	return len(p), nil
}

// String returns the output that was kept. It is not safe for a terminal.
func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.end)
}

// ExplainError adds the last lines of the output, at most maxLines, to the error of a
// command that failed. They are made safe for a terminal and indented.
func (t *Tail) ExplainError(err error, maxLines int) error {
	output := strings.TrimSpace(t.String())
	if output == "" {
		return fmt.Errorf("%w, without output", err)
	}
	lines := strings.Split(output, "\n")
	lines = lines[max(len(lines)-maxLines, 0):]
	for i := range lines {
		lines[i] = "\n  " + plain.Line(lines[i])
	}
	return fmt.Errorf("%w; its output:%s", err, strings.Join(lines, ""))
}
