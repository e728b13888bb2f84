package cgroup

import (
	"io"
	"os"
	"path"
	"strconv"
	"strings"
)

// MemoryOf returns the groups that limit the memory of a process: its own and those above
// it, in both versions of control groups. process is its PID, or "self", and root a folder
// with proc and sys, "/" except in tests.
//
// The files of a group are found through the mounts of the process first: a debug
// container that shares the process namespace sees the limits of its target only there.
func MemoryOf(process, root string) []Memory {
	proc := path.Join(root, "proc", process)
	var all []Memory
	for line := range strings.Lines(ReadFile(path.Join(proc, "cgroup"))) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) != 3 {
			continue
		}
		names, mount := namesV2, "sys/fs/cgroup"
		if fields[1] == "memory" {
			names, mount = namesV1, "sys/fs/cgroup/memory"
		} else if fields[1] != "" {
			continue
		}
		views := []string{path.Join(proc, "root"), root}
		group := path.Clean("/" + fields[2])
		if strings.HasPrefix(fields[2], "/..") { // the group of another container, whose name means nothing here
			views, group = views[:1], "/"
		}
		for _, view := range views {
			all = append(all, names.readUpward(path.Join(view, mount), group)...)
		}
	}
	return all
}

// fileNames are the names of the files of a version of control groups.
type fileNames struct{ limit, usage, inactive string }

var (
	namesV1 = fileNames{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "}
	namesV2 = fileNames{"memory.max", "memory.current", "inactive_file "}
)

// noLimit is the smallest number that version 1 has where there is no limit.
const noLimit = 1 << 60

// readUpward reads a group and those above it, as far as they have a limit.
func (n fileNames) readUpward(mount, group string) (all []Memory) {
	for isOwn := true; ; isOwn = false {
		at := path.Join(mount, group)
		if limit, ok := readNumber(path.Join(at, n.limit)); ok && limit > 0 && limit < noLimit {
			used, _ := readNumber(path.Join(at, n.usage))
			used -= min(used, n.readInactive(path.Join(at, "memory.stat")))
			all = append(all, Memory{limit, used, isOwn})
		}
		if group == "/" {
			return all
		}
		group = path.Dir(group)
	}
}

// readInactive returns the page cache that the kernel reclaims first, in bytes.
func (n fileNames) readInactive(file string) uint64 {
	for line := range strings.Lines(ReadFile(file)) {
		if s, ok := strings.CutPrefix(line, n.inactive); ok {
			v, _ := strconv.ParseUint(strings.TrimSpace(s), 10, 64)
			return v
		}
	}
	return 0
}

// readNumber reads a file with a number. It returns false if the file does not exist or
// has "max".
func readNumber(file string) (uint64, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(ReadFile(file)), 10, 64)
	return n, err == nil
}

// ReadFile reads a small file of the kernel, such as one below /proc; it returns "" if it
// cannot.
func ReadFile(file string) string {
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
