package process

import (
	"strconv"

	"github.com/leaktop/leaktop/source/cgroup"
)

// MemoryCgroup returns the memory limit that applies to a process, that of the
// tightest of its control groups; ok is false if none has one, or that is not visible.
func MemoryCgroup(pid int) (c Cgroup, ok bool) { return memoryCgroup("/", pid) }

// memoryCgroup is MemoryCgroup below a root folder, for tests.
func memoryCgroup(root string, pid int) (c Cgroup, ok bool) {
	for _, m := range cgroup.MemoryOf(strconv.Itoa(pid), root) {
		if ok && m.Limit >= c.Limit {
			continue
		}
		c, ok = Cgroup{Limit: m.Limit}, true
		if m.IsOwn {
			c.WorkingSet = m.WorkingSet
		}
	}
	return c, ok
}
