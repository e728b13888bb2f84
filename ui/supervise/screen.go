package supervise

import (
	"fmt"
	"os"
	"strconv"
	"sync"
)

// The lines that a child reports. What else it writes is how it crashed.
const (
	reportTaken    = "leaktop-view: taken"
	reportReleased = "leaktop-view: released"
	reportFile     = "leaktop-view: recording " // and the quoted path
)

// Screen tells the supervisor what the view does with the terminal. A nil Screen
// has no supervisor.
type Screen struct {
	report *os.File

	mu     sync.Mutex // guards the rest
	stderr *os.File   // the terminal's, while the screen is taken
}

// Acquire says that the terminal is about to be changed. Until Release, what is
// written to standard error goes to the supervisor: the Go runtime says there why
// it crashes, and nothing else may write over the screen.
func (s *Screen) Acquire() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sendReport(reportTaken)
	if s.stderr == nil {
		s.stderr, _ = redirectStderr(s.report)
	}
}

// Release says that the terminal is as it was.
func (s *Screen) Release() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stderr != nil {
		restoreStderr(s.stderr)
		s.stderr = nil
	}
	s.sendReport(reportReleased)
}

// Record says into which file is recorded.
func (s *Screen) Record(path string) { s.sendReport(reportFile + strconv.Quote(path)) }

// sendReport can't fail in a way that matters: without a parent there is none to tell.
func (s *Screen) sendReport(line string) {
	if s != nil {
		_, _ = fmt.Fprintln(s.report, line)
	}
}
