package process

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/leaktop/leaktop/profile/memory"
)

// statusFields are the lines of /proc/PID/status with the parts of resident memory, see
// proc_pid_status(5). Their values are in kB, which are KiB.
var statusFields = map[string]func(*memory.Reading) *uint64{
	"VmRSS":    func(r *memory.Reading) *uint64 { return &r.RSS },
	"RssAnon":  func(r *memory.Reading) *uint64 { return &r.Anon },
	"RssFile":  func(r *memory.Reading) *uint64 { return &r.File },
	"RssShmem": func(r *memory.Reading) *uint64 { return &r.Shared },
	"VmSwap":   func(r *memory.Reading) *uint64 { return &r.Swap },
}

// parseStatus reads the memory figures of a /proc/PID/status.
func parseStatus(from io.Reader) memory.Reading {
	r := memory.Reading{Source: "/proc/PID/status"}
	lines := bufio.NewScanner(io.LimitReader(from, 64<<10))
	for lines.Scan() {
		name, rest, _ := strings.Cut(lines.Text(), ":")
		of, ok := statusFields[name]
		if !ok {
			continue
		}
		if kib, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 54); err == nil {
			*of(&r) = kib << 10
		}
	}
	return r
}

// addRollup replaces figures by those of a /proc/PID/smaps_rollup, if it has them.
func addRollup(r *memory.Reading, text string) {
	var rss, anon, swap uint64
	for name, to := range map[string]*uint64{"\nRss:": &rss, "\nAnonymous:": &anon, "\nSwap:": &swap} {
		_, rest, found := strings.Cut(text, name)
		value, _, ended := strings.Cut(rest, " kB\n")
		kib, err := strconv.ParseUint(strings.TrimSpace(value), 10, 54)
		if !found || !ended || err != nil {
			return
		}
		*to = kib << 10
	}
	if anon+r.Shared > rss {
		return // the two files are not of the same moment
	}
	r.Source, r.RSS, r.Anon, r.Swap = "/proc/PID/smaps_rollup", rss, anon, swap
	r.File = rss - anon - r.Shared
}

// Cgroup is the memory of a control group, in bytes.
type Cgroup struct {
	Limit uint64
	// WorkingSet is what counts against the limit; 0 if unknown, or if the limit is of
	// a larger group than that of the process.
	WorkingSet uint64
}
