package memlimit

import (
	"errors"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// availableMemory returns the bytes that this process can still allocate: the smaller of what
// the machine and the container have left. 0 means unknown.
func availableMemory() uint64 { return availableIn("/") }

// availableIn is like availableMemory with /proc and /sys below a folder, for tests.
func availableIn(root string) uint64 {
	smallest := memAvailable(root)
	for _, left := range cgroupsLeft(root) {
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

// cgroupsLeft returns the bytes left below the memory limits of the process's control
// group and its ancestors, in both versions (see cgroups(7)). The page cache counts as
// free, because the kernel reclaims it.
func cgroupsLeft(root string) (left []uint64) {
	data, err := os.ReadFile(path.Join(root, "proc/self/cgroup"))
	if err != nil {
		return nil
	}
	for line := range strings.Lines(strings.TrimSpace(string(data))) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) != 3 {
			continue
		}
		mount, limit, usage := "sys/fs/cgroup", "memory.max", "memory.current"
		if fields[1] == "memory" {
			mount, limit, usage = "sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"
		} else if fields[1] != "" {
			continue
		}
		for group := path.Clean("/" + fields[2]); ; group = path.Dir(group) {
			at := path.Join(root, mount, group)
			if most, ok := readNumber(path.Join(at, limit)); ok {
				used, _ := readNumber(path.Join(at, usage))
				used -= min(used, fileCache(path.Join(at, "memory.stat")))
				left = append(left, most-min(most, used))
			}
			if group == "/" {
				break
			}
		}
	}
	return left
}

// fileCache returns the size of a control group's inactive page cache in bytes.
func fileCache(file string) uint64 {
	data, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		for _, name := range []string{"total_inactive_file ", "inactive_file "} {
			if n, ok := strings.CutPrefix(line, name); ok {
				v, _ := strconv.ParseUint(strings.TrimSpace(n), 10, 64)
				return v
			}
		}
	}
	return 0
}

// readNumber reads a file with a number. It returns false if the file does not exist or
// has "max".
func readNumber(file string) (uint64, bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(data)), 10, 64)
	return n, err == nil
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
