package supervise

import (
	"fmt"
	"io"
	"strconv"
)

// The lines that a child reports. What else it writes is how it crashed.
const (
	reportTaken    = "leaktop-view: taken"
	reportReleased = "leaktop-view: released"
	reportFile     = "leaktop-view: recording " // and the quoted path
)

// Screen tells the supervisor what the view does with the terminal. A nil Screen
// has no supervisor.
type Screen struct{ report io.Writer }

// Take says that the terminal is about to be changed.
func (s *Screen) Take() { s.say(reportTaken) }

// Release says that the terminal is as it was.
func (s *Screen) Release() { s.say(reportReleased) }

// Record says into which file is recorded.
func (s *Screen) Record(path string) { s.say(reportFile + strconv.Quote(path)) }

// say can't fail in a way that matters: without a parent there is none to tell.
func (s *Screen) say(line string) {
	if s != nil {
		_, _ = fmt.Fprintln(s.report, line)
	}
}
