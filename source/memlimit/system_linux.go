package memlimit

import (
	"errors"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// available is what this process can still get, in bytes: the smaller of what the
// machine has and of what its container has left. 0 means that it is not known.
func available() uint64 { return availableIn("/") }

// availableIn is available, with the files of the kernel below a folder.
func availableIn(root string) uint64 {
	least := memAvailable(root)
	for _, left := range cgroupsLeft(root) {
		if least == 0 || left < least {
			least = max(left, 1) // nothing is not unknown
		}
	}
	return least
}

// memAvailable is what the kernel could give without swapping, see proc_meminfo(5).
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

// cgroupsLeft is what the memory limits leave, of the process's control group and
// of all above it, in both versions (see cgroups(7)). What the page cache holds
// counts as left: the kernel takes it back.
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

// fileCache is the inactive page cache of a control group, in bytes.
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

// readNumber is false for a file that is not there, and for "max".
func readNumber(file string) (uint64, bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(data)), 10, 64)
	return n, err == nil
}

// setHardLimit has the kernel refuse more than some bytes on top of what this
// process has now. RLIMIT_DATA counts what can be written to, not what Go only
// reserves (see setrlimit(2)). What we start inherits it, unless it raises it.
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
		return nil // someone wanted less
	}
	now.Cur = want
	return unix.Setrlimit(unix.RLIMIT_DATA, &now)
}

// writableMemory is VmData of this process, in bytes.
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
