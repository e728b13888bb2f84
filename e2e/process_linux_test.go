package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
)

// cpuOf returns the CPU time that a process has used, in steps of 10 ms: fields 14
// and 15 of /proc/PID/stat, in ticks of USER_HZ, which is 100 (see proc(5)).
func cpuOf(pid int) time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	var user, system int64
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	_, _ = fmt.Sscan(fields[11]+" "+fields[12], &user, &system)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// residentOf returns the resident memory of a process in bytes: the second field of
// /proc/PID/statm, in pages.
func residentOf(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, resident int64
	_, _ = fmt.Sscan(string(data), &size, &resident)
	return resident * int64(os.Getpagesize())
}

// nameOf returns the name of a process, or "" if it does not exist or has ended.
func nameOf(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil || strings.Contains(string(stat), ") Z ") {
		return ""
	}
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(name))
}

// childrenOf returns the running children of a process: field 4 of /proc/PID/stat
// is the parent.
func childrenOf(t testing.TB, parent int) (children []int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stats {
		data, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
		if len(fields) > 1 && fields[0] != "Z" && fields[1] == strconv.Itoa(parent) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			children = append(children, pid)
		}
	}
	return children
}

// viewOf waits for the process that shows the live view: the child of parent with
// the same name.
func viewOf(tm *terminal, parent int) int {
	tm.t.Helper()
	view := 0
	eventually.Holds(tm.t, fmt.Sprintf("process %d has a child that shows the view", parent), func() bool {
		for _, pid := range childrenOf(tm.t, parent) {
			if nameOf(pid) == nameOf(parent) {
				view = pid
			}
		}
		return view != 0
	})
	return view
}
