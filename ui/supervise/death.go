package supervise

import (
	"fmt"
	"strings"

	"github.com/leaktop/leaktop/ui/format"
)

// maxTraceLines is how many lines of a crash are shown.
const maxTraceLines = 40

// childDeath describes how a child ended that could not restore the terminal itself.
type childDeath struct {
	signal  string // "SIGKILL"; empty if the runtime ended it
	killed  bool   // by SIGKILL
	starved bool   // since the start, the kernel killed a process to free memory
	report  report
}

// message says what happened, why, and what to do next.
func (d childDeath) message() string {
	s := d.causeText()
	if d.report.file != "" {
		s += " The recording is complete up to then: leaktop " + format.Clean(d.report.file)
	}
	if !d.isDefect() {
		return s
	}
	return s + "\n" + d.failedGoroutine()
}

func (d childDeath) causeText() string {
	switch {
	case d.killed && d.starved:
		return "the live view was killed: the kernel ran out of memory (dmesg shows which process it killed). Watch from a machine or container with more free memory, or lower what leaktop may use with GOMEMLIMIT=200MiB."
	case d.killed:
		return "the live view was killed (SIGKILL). If that was not you, this container or user has probably reached its memory limit: check it, then start leaktop again."
	case strings.Contains(d.report.crash, "out of memory") || strings.Contains(d.report.crash, "cannot allocate memory"):
		return "the live view ran out of memory and ended. Free some memory, raise the limit of this container or shell (ulimit -a), or set GOMEMLIMIT; then start leaktop again."
	case d.signal != "" && d.report.crash == "":
		return fmt.Sprintf("the live view was ended by %s. Start leaktop again.", d.signal)
	case d.report.crash == "":
		return "the live view ended without an error. Start leaktop again."
	default:
		return fmt.Sprintf("the live view ended because of a bug in leaktop: %s. Start it again, and please report this with the lines below.", d.firstLine())
	}
}

// isDefect reports whether the trace helps to find the cause.
func (d childDeath) isDefect() bool {
	return !d.killed && d.report.crash != "" && !strings.Contains(d.report.crash, "out of memory")
}

func (d childDeath) firstLine() string {
	for line := range strings.Lines(d.report.crash) {
		if line = strings.TrimSpace(format.Clean(line)); line != "" {
			return line
		}
	}
	return ""
}

// failedGoroutine returns the first goroutine of the crash, the one that failed.
func (d childDeath) failedGoroutine() string {
	var out []string
	goroutines := 0
	for line := range strings.Lines(d.report.crash) {
		if strings.HasPrefix(line, "goroutine ") {
			goroutines++
		}
		if goroutines > 1 || len(out) == maxTraceLines {
			break
		}
		out = append(out, strings.TrimRight(format.Clean(strings.ReplaceAll(line, "\t", "    ")), " "))
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
