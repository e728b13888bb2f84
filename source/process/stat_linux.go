package process

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/plain"
)

// ticks is the number of clock ticks per second in /proc, whatever the kernel's own rate.
const ticks = 100

// stat is what /proc/PID/stat has, see proc_pid_stat(5).
type stat struct {
	name            string // of the program, as the kernel has it; it may contain anything
	isZombie        bool   // it has ended, and was not waited for
	parent, threads int
	cpu             time.Duration // used so far
	started         time.Duration // after the machine started
}

// parseStat parses a /proc/PID/stat. The name of the process, in parentheses, may
// contain anything.
func parseStat(text string) (s stat, ok bool) {
	from, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if from < 0 || end < from {
		return s, false
	}
	f := strings.Fields(text[end+1:]) // from the third field, the state
	if len(f) < 20 {
		return s, false
	}
	number := func(field int) int64 {
		n, err := strconv.ParseInt(f[field-3], 10, 64)
		ok = ok && err == nil && n >= 0 && n < 1<<53
		return n
	}
	ok = true
	s.name, s.isZombie = text[from+1:end], f[0] == "Z"
	s.parent, s.threads = int(number(4)), int(number(20))
	s.cpu = fromTicks(number(14) + number(15))
	s.started = fromTicks(number(22))
	return s, ok
}

func fromTicks(n int64) time.Duration { return time.Duration(n) * (time.Second / ticks) }

// bootTime reads when the machine started from a /proc/stat; zero if it cannot.
func bootTime(text string) time.Time {
	for line := range strings.Lines(text) {
		if s, ok := strings.CutPrefix(line, "btime "); ok {
			if n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64); err == nil && n > 0 {
				return time.Unix(n, 0)
			}
		}
	}
	return time.Time{}
}

// effectiveUser returns the effective user ID in a /proc/PID/status; "" if it is
// missing.
func effectiveUser(text string) string {
	for line := range strings.Lines(text) {
		if s, ok := strings.CutPrefix(line, "Uid:"); ok {
			if f := strings.Fields(s); len(f) > 1 {
				return f[1]
			}
		}
	}
	return ""
}

// programName returns the name of the executable of a process, which may have been
// deleted or replaced since.
func programName(dir string) string {
	path, err := os.Readlink(filepath.Join(dir, "exe"))
	if err != nil {
		return ""
	}
	return plain.Clip(filepath.Base(strings.TrimSuffix(path, " (deleted)")), 60)
}
