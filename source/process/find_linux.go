package process

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source/cgroup"
)

// Listening finds the process that listens on a TCP port of this machine. Only root can
// find the processes of other users.
func Listening(port int) (pid int, ok bool) {
	inodes := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		if f, err := os.Open(table); err == nil {
			addListeners(f, port, inodes)
			_ = f.Close()
		}
	}
	if len(inodes) == 0 {
		return 0, false
	}
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links {
		to, err := os.Readlink(link)
		if err != nil {
			continue
		}
		inode, found := strings.CutPrefix(to, "socket:[")
		if !found || !inodes[strings.TrimSuffix(inode, "]")] {
			continue
		}
		pid, err = strconv.Atoi(strings.Split(link, "/")[2])
		return pid, err == nil
	}
	return 0, false
}

// stateListen is TCP_LISTEN in the tables of the kernel.
const stateListen = "0A"

// addListeners adds the inodes of the sockets that listen on a port.
func addListeners(table io.Reader, port int, inodes map[string]bool) {
	want := fmt.Sprintf(":%04X", port)
	lines := bufio.NewScanner(table)
	for lines.Scan() {
		// sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
		f := strings.Fields(lines.Text())
		if len(f) > 9 && strings.HasSuffix(f[1], want) && f[3] == stateListen {
			inodes[f[9]] = true
		}
	}
}

// Memory reads the parts of the resident memory of a process, from smaps_rollup if that is
// cheap and allowed, because the figures in status may lag.
func Memory(pid int) (memory.Reading, error) {
	dir := fmt.Sprintf("/proc/%d", pid)
	f, err := os.Open(filepath.Join(dir, "status"))
	if err != nil {
		return memory.Reading{}, fmt.Errorf("read memory of process %d: %w", pid, err)
	}
	defer f.Close()
	r := parseStatus(f)
	if r.RSS > 0 && r.RSS <= maxRollup {
		addRollup(&r, cgroup.ReadFile(filepath.Join(dir, "smaps_rollup")))
	}
	fd := filepath.Join(dir, "fd")
	if r.OpenFiles = openFiles(fd); r.OpenFiles >= manyFiles {
		r.MostFiles = mostFiles(fd)
	}
	return r, nil
}

// maxRollup is the maximum resident memory for which smaps_rollup is read, in bytes. The
// kernel visits each page, about 10 ms per GiB, during which the process cannot map
// memory.
const maxRollup = 1 << 30

// Command returns the name of the program that a process runs, without its path.
func Command(pid int) string {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(string(data), "\x00")
	return filepath.Base(name)
}
