package memlimit

import (
	"errors"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/leaktop/leaktop/source/cgroup"
)

// availableMemory returns the bytes that this process can still allocate: the smaller of what
// the machine and the container have left. 0 means unknown.
func availableMemory() uint64 { return availableIn("/") }

// availableIn is like availableMemory with /proc and /sys below a folder, for tests.
func availableIn(root string) uint64 {
	smallest := memAvailable(root)
	for _, m := range cgroup.MemoryOf("self", root) {
		left := m.Limit - min(m.Limit, m.WorkingSet)
		if smallest == 0 || left < smallest {
			smallest = max(left, 1) // 0 would mean unknown
		}
	}
	return smallest
}

// memAvailable returns MemAvailable in bytes, see proc_meminfo(5).
func memAvailable(root string) uint64 {
	data, err := os.ReadFile(path.Join(root, "proc/meminfo"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if kib, ok := strings.CutPrefix(line, "MemAvailable:"); ok {
			n, _ := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kib), "kB")), 10, 64)
			return n << 10
		}
	}
	return 0
}

// setHardLimit makes the kernel refuse allocations beyond the current size plus a
// number of bytes. RLIMIT_DATA counts writable memory, not what Go only reserves (see
// setrlimit(2)). Children inherit the limit, but may raise it.
func setHardLimit(bytes int64) error {
	had, err := writableMemory()
	if err != nil {
		return err
	}
	var now unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_DATA, &now); err != nil {
		return err
	}
	want := had + uint64(bytes)
	if now.Cur <= want {
		return nil // keep a lower limit of the user
	}
	now.Cur = want
	return unix.Setrlimit(unix.RLIMIT_DATA, &now)
}

// writableMemory returns VmData of this process in bytes.
func writableMemory() (uint64, error) {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		if kib, ok := strings.CutPrefix(line, "VmData:"); ok {
			n, err := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kib), "kB")), 10, 64)
			return n << 10, err
		}
	}
	return 0, errors.New("no VmData in /proc/self/status")
}
