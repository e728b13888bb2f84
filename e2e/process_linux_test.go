package e2e

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// cpuOf is the CPU time that a process has used, in steps of 10 ms: fields 14
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

// residentOf is what a process has in memory, in bytes: the second field of
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
