package supervise

import (
	"fmt"
	"os"
	"strconv"
	"sync"
)

// The lines that a child reports. Everything else it writes is a crash.
const (
	reportTaken    = "leaktop-view: taken"
	reportReleased = "leaktop-view: released"
	reportFile     = "leaktop-view: recording " // and the quoted path
)

// Screen tells the supervisor what the view does with the terminal. A nil Screen has no
// supervisor.
type Screen struct {
	report *os.File

	mu     sync.Mutex // guards the rest
	stderr *os.File   // the terminal's, while the screen is taken
}

// Acquire reports that the terminal is about to be changed. Until Release, standard
// error goes to the supervisor: the Go runtime writes the reason of a crash there, and
// nothing may write over the screen.
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

// Release reports that the terminal is restored.
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

// Record reports the file of the recording.
func (s *Screen) Record(path string) { s.sendReport(reportFile + strconv.Quote(path)) }

// sendReport ignores errors: without a parent there is no one to report to.
func (s *Screen) sendReport(line string) {
	if s != nil {
		_, _ = fmt.Fprintln(s.report, line)
	}
}
