package process

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/cgroup"
)

// IsSupported reports whether processes can be listed on this system.
const IsSupported = true

// scanner lists the Go processes of this machine. It caches what does not change between
// scans. It is not safe for concurrent use.
type scanner struct {
	programs programs
	users    map[string]string // names by number
	usage    map[instance]usage
	probes   probes
	booted   time.Time
	network  string // the network namespace of leaktop
}

// instance identifies a process, because process IDs are reused.
type instance struct {
	pid     int
	started time.Duration
}

// usage is the CPU time that a process had used at a time.
type usage struct {
	at  time.Time
	cpu time.Duration
}

// NewScanner returns a scanner.
func NewScanner() *scanner {
	return &scanner{programs: programs{}, users: map[string]string{}, usage: map[instance]usage{}, probes: probes{}}
}

// Scan lists the Go processes, except leaktop's own, and probes their listeners for
// pprof.
func (s *scanner) Scan(ctx context.Context) (Scan, error) {
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil || len(dirs) == 0 {
		return Scan{}, fmt.Errorf("list processes: /proc has none: %w", errors.Join(ErrUnsupported, err))
	}
	out := Scan{Time: time.Now()}
	own := s.ownProcesses()
	listeners := s.begin()
	before := s.usage
	s.usage = map[instance]usage{}
	var ask []probed
	for _, dir := range dirs {
		if ctx.Err() != nil {
			s.usage = before
			return Scan{}, fmt.Errorf("list processes: %w", context.Cause(ctx))
		}
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil || slices.Contains(own, pid) {
			continue
		}
		p, st, err := s.read(pid, listeners)
		switch {
		case errors.Is(err, fs.ErrPermission):
			out.Hidden++
		case err == nil:
			is := instance{pid, st.started}
			p.setCPU(before[is], usage{out.Time, st.cpu})
			s.usage[is] = usage{out.Time, st.cpu}
			ask = append(ask, probedOf(p, st)...)
			out.Processes = append(out.Processes, p)
		}
	}
	s.probes.probeDue(ctx, out.Time, scanTimeout, ask)
	for _, p := range out.Processes {
		s.probes.markPprof(p.Listeners, ask)
		ask = ask[len(p.Listeners):]
	}
	slices.SortFunc(out.Processes, func(a, b Process) int {
		return cmp.Or(cmp.Compare(b.Used(), a.Used()), cmp.Compare(a.PID, b.PID))
	})
	return out, nil
}

// Find returns one process, and probes its listeners for pprof.
func (s *scanner) Find(ctx context.Context, pid int) (Process, error) {
	p, st, err := s.read(pid, s.begin())
	if err != nil {
		return Process{}, fmt.Errorf("find process %d: %w", pid, err)
	}
	ask := probedOf(p, st)
	s.probes.probeDue(ctx, time.Now(), findTimeout, ask)
	s.probes.markPprof(p.Listeners, ask)
	return p, nil
}

// ProgramOf returns the build information of a process's executable.
func ProgramOf(pid int) (Program, error) {
	p, err := programs{}.read(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return Program{}, fmt.Errorf("read program of process %d: %w", pid, err)
	}
	return p, nil
}

// begin reads what is the same for all processes, and returns the listeners.
func (s *scanner) begin() sockets {
	if s.booted.IsZero() {
		s.booted = bootTime(cgroup.ReadFile("/proc/stat"))
	}
	if s.network == "" {
		s.network, _ = os.Readlink("/proc/self/ns/net")
	}
	return readSockets("/proc/self/net")
}

// ownProcesses returns the PIDs of leaktop itself and of the supervisor of its screen.
func (s *scanner) ownProcesses() []int {
	own := []int{os.Getpid()}
	parent := os.Getppid()
	mine, _ := os.Readlink("/proc/self/exe")
	theirs, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", parent))
	if err == nil && theirs == mine {
		own = append(own, parent)
	}
	return own
}

// read reads what the kernel says about a process.
func (s *scanner) read(pid int, listeners sockets) (Process, stat, error) {
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	if _, err := os.Stat(dir); err != nil {
		return Process{}, stat{}, ErrNoProcess
	}
	program, err := s.programs.read(filepath.Join(dir, "exe"))
	if errors.Is(err, fs.ErrNotExist) || err != nil && cgroup.ReadFile(filepath.Join(dir, "cmdline")) == "" {
		err = ErrNotGo // a thread of the kernel, or it has just ended
	}
	if err != nil {
		return Process{}, stat{}, err
	}
	st, ok := parseStat(cgroup.ReadFile(filepath.Join(dir, "stat")))
	if !ok {
		return Process{}, stat{}, ErrNoProcess
	}
	p := Process{
		PID: pid, Parent: st.parent, Threads: st.threads, Name: programName(dir), Program: program,
		User: s.userName(effectiveUser(cgroup.ReadFile(filepath.Join(dir, "status")))),
	}
	if !s.booted.IsZero() {
		p.Start = s.booted.Add(st.started)
	}
	if p.Memory, err = Memory(pid); err != nil || p.Memory.RSS == 0 { // it has ended, and waits for its parent
		return Process{}, stat{}, ErrNoProcess
	}
	p.Cgroup, _ = MemoryCgroup(pid)
	network, err := os.Readlink(filepath.Join(dir, "ns", "net"))
	p.OtherNetwork = err == nil && network != s.network
	if p.OtherNetwork {
		listeners = nil
	}
	p.Listeners, p.Files, err = listeners.openSockets(dir)
	p.FilesHidden = err != nil
	return p, st, nil
}

// userName returns the name of a user by number, the number if it has none.
func (s *scanner) userName(id string) string {
	if name, ok := s.users[id]; ok || id == "" {
		return name
	}
	name := id
	if u, err := user.LookupId(id); err == nil {
		name = plain.Clip(u.Username, 40)
	}
	s.users[id] = name
	return name
}

// setCPU sets what the process used between two readings.
func (p *Process) setCPU(before, now usage) {
	passed := now.at.Sub(before.at)
	if before.at.IsZero() || passed <= 0 || now.cpu < before.cpu {
		return
	}
	p.CPU, p.HasCPU = (now.cpu-before.cpu).Seconds()/passed.Seconds(), true
}

// probedOf returns the keys of a process's listeners.
func probedOf(p Process, st stat) []probed {
	out := make([]probed, len(p.Listeners))
	for i, l := range p.Listeners {
		out[i] = probed{p.PID, st.started, l}
	}
	return out
}
