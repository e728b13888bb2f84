package process

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/cgroup"
)

const (
	// maxThreads bounds the threads whose children are read.
	maxThreads = 4096
	// maxChildren bounds the list of one thread, in bytes.
	maxChildren = 1 << 20
	// sampledChildren is how many children are examined. If there are more, the number
	// of zombies is estimated from them.
	sampledChildren = 256
)

// children are the child processes of a process.
type children struct {
	count   uint64
	zombies uint64 // those that have ended and were not waited for
	most    string // the program of at least half of them; empty if there is none
}

// AddChildren adds the children of a process to a reading of its memory, as far as the
// kernel lists them.
func AddChildren(r *memory.Reading, pid int) {
	if c, ok := readChildren(fmt.Sprintf("/proc/%d", pid)); ok {
		r.Processes, r.Zombies, r.MostChildren = 1+c.count, c.zombies, c.most
	}
}

// readChildren reads the children of a process by its folder in /proc. The kernel lists
// them by the thread that started each. ok is false if it does not.
func readChildren(dir string) (c children, ok bool) {
	threads, err := os.Open(filepath.Join(dir, "task"))
	if err != nil {
		return c, false
	}
	defer threads.Close()
	names, _ := threads.Readdirnames(maxThreads)
	var pids []int
	for _, name := range names {
		f, err := os.Open(filepath.Join(dir, "task", name, "children"))
		if err != nil {
			continue // the thread has ended, or the kernel has no such list
		}
		text, err := io.ReadAll(io.LimitReader(f, maxChildren))
		_ = f.Close()
		ok = ok || err == nil
		for field := range bytes.FieldsSeq(text) {
			if pid, err := strconv.Atoi(string(field)); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	c.count = uint64(len(pids))
	c.examine(pids)
	return c, ok
}

// examine counts the zombies among the children, and says what most of them are.
func (c *children) examine(pids []int) {
	slices.Sort(pids)
	step := max(1, (len(pids)+sampledChildren-1)/sampledChildren)
	seen, zombies, programs := 0, 0, map[string]int{}
	for i := 0; i < len(pids); i += step {
		st, ok := parseStat(cgroup.ReadFile(fmt.Sprintf("/proc/%d/stat", pids[i])))
		if !ok {
			continue // it has ended since
		}
		seen++
		programs[cmp.Or(plain.Clip(st.name, 60), "unnamed")]++
		if st.isZombie {
			zombies++
		}
	}
	if seen == 0 {
		return
	}
	c.zombies = uint64(len(pids) * zombies / seen)
	for name, n := range programs {
		if 2*n > seen {
			c.most = name
		}
	}
}
