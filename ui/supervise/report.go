package supervise

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
)

// maxCrashSize is the maximum size of the crash output that is kept, in bytes. The
// first goroutine in it is the one that matters.
const maxCrashSize = 64 << 10

// report is what a child has reported about itself.
type report struct {
	taken bool   // the child has the screen
	file  string // of the recording; empty for none
	crash string // what the runtime wrote when it crashed
}

// readReport reads a child's report, until the child closes its end of the pipe.
func readReport(r io.Reader) (got report) {
	lines := bufio.NewReaderSize(r, 4<<10)
	var crash strings.Builder
	for {
		part, err := lines.ReadSlice('\n')
		line := string(part)
		switch text := strings.TrimSuffix(line, "\n"); {
		case text == reportTaken:
			got.taken = true
		case text == reportReleased:
			got.taken = false
		case strings.HasPrefix(text, reportFile):
			got.file, _ = strconv.Unquote(strings.TrimPrefix(text, reportFile))
		case crash.Len() < maxCrashSize:
			crash.WriteString(line)
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			got.crash = crash.String()
			return got
		}
	}
}
