package process

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/leaktop/leaktop/profile/memory"
)

// maxMaps bounds what is read of the list of mappings, in bytes: some 40,000 of them.
const maxMaps = 4 << 20

// AddRemoved adds the size of the mappings of removed files to a reading of the memory of
// a process, as far as its mappings may be listed.
func AddRemoved(r *memory.Reading, pid int) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return
	}
	defer f.Close()
	r.Removed = sumRemoved(f)
}

// sumRemoved returns the size of the mappings of removed files in a /proc/PID/maps. Shared
// memory is listed like a removed file, but is none.
func sumRemoved(maps io.Reader) (size uint64) {
	lines := bufio.NewScanner(io.LimitReader(maps, maxMaps))
	for lines.Scan() {
		line := lines.Text()
		if !strings.HasSuffix(line, " (deleted)") {
			continue
		}
		// address perms offset dev inode path
		fields := strings.Fields(line)
		if len(fields) < 7 || isSharedMemory(fields[5]) {
			continue
		}
		from, to, _ := strings.Cut(fields[0], "-")
		a, errA := strconv.ParseUint(from, 16, 64)
		b, errB := strconv.ParseUint(to, 16, 64)
		if errA == nil && errB == nil && a < b {
			size += b - a
		}
	}
	return size
}

// isSharedMemory reports whether a path in the list of mappings is of memory without a file.
func isSharedMemory(path string) bool {
	for _, prefix := range []string{"/memfd:", "/SYSV", "/dev/zero", "/dev/shm/", "/anon_hugepage", "/i915", "/drm"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}
