package process

import (
	"io"
	"os"
	"path"
	"strconv"
	"strings"
)

// MemoryCgroup returns the memory limit that applies to a process, that of the
// tightest of its control groups; ok is false if none has one, or that is not visible.
func MemoryCgroup(pid int) (c Cgroup, ok bool) { return memoryCgroup("/", pid) }

// memoryCgroup is MemoryCgroup below a root directory. The files of a control group are
// found through the mounts of the process first: a debug container that shares the
// process namespace sees the limit of its target only there.
func memoryCgroup(root string, pid int) (c Cgroup, ok bool) {
	proc := path.Join(root, "proc", strconv.Itoa(pid))
	for line := range strings.Lines(readFile(path.Join(proc, "cgroup"))) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) != 3 {
			continue
		}
		files, mount := filesV2, "sys/fs/cgroup"
		if fields[1] == "memory" {
			files, mount = filesV1, "sys/fs/cgroup/memory"
		} else if fields[1] != "" {
			continue
		}
		views := []string{path.Join(proc, "root"), root}
		group := path.Clean("/" + fields[2])
		if strings.HasPrefix(fields[2], "/..") { // the group of another container, whose name means nothing here
			views, group = views[:1], "/"
		}
		for _, view := range views {
			if found, seen := files.tightest(path.Join(view, mount), group); seen && (!ok || found.Limit < c.Limit) {
				c, ok = found, true
			}
		}
	}
	return c, ok
}

// cgroupFiles are the names of the files of a version of control groups, see
// cgroups(7).
type cgroupFiles struct{ limit, usage, inactive string }

var (
	filesV1 = cgroupFiles{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "}
	filesV2 = cgroupFiles{"memory.max", "memory.current", "inactive_file "}
)

// noLimit is the smallest number that version 1 has where there is no limit.
const noLimit = 1 << 60

// tightest returns the lowest limit of a group and of those above it.
func (f cgroupFiles) tightest(mount, group string) (c Cgroup, ok bool) {
	for own := true; ; own = false {
		at := path.Join(mount, group)
		if n, found := readNumber(path.Join(at, f.limit)); found && n > 0 && n < noLimit && (!ok || n < c.Limit) {
			c, ok = Cgroup{Limit: n}, true
			if used, found := readNumber(path.Join(at, f.usage)); found && own {
				c.WorkingSet = used - min(used, f.inactiveFile(path.Join(at, "memory.stat")))
			}
		}
		if group == "/" {
			return c, ok
		}
		group = path.Dir(group)
	}
}

// inactiveFile returns the page cache that the kernel reclaims first, in bytes.
func (f cgroupFiles) inactiveFile(file string) uint64 {
	for line := range strings.Lines(readFile(file)) {
		if s, ok := strings.CutPrefix(line, f.inactive); ok {
			n, _ := strconv.ParseUint(strings.TrimSpace(s), 10, 64)
			return n
		}
	}
	return 0
}

// readNumber reads a file with a number. It returns false if the file does not exist or
// has "max".
func readNumber(file string) (uint64, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(readFile(file)), 10, 64)
	return n, err == nil
}

// readFile reads a small file; it returns "" if it cannot.
func readFile(file string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return ""
	}
	return string(data)
}
