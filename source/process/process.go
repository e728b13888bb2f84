package process

import (
	"errors"
	"net"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
)

// Process is a Go process of this machine. All text in it is cleaned. A zero field is
// unknown.
type Process struct {
	PID, Parent int
	Name        string // of its program, without its path
	User        string // the name, else the number
	Program     Program
	Memory      memory.Reading
	Cgroup      Cgroup // with the limit that applies to it; no limit is 0
	// CPU is its CPU use since the previous scan, in cores. It is valid if HasCPU is
	// true.
	CPU     float64
	HasCPU  bool
	Threads int
	Files   int // open file descriptors
	Start   time.Time
	// Listeners are the sockets that it listens on, those that serve pprof first.
	Listeners []Listener
	// FilesHidden means that its file descriptors cannot be read, so that its listeners
	// are unknown: it belongs to another user, or is protected.
	FilesHidden bool
	// OtherNetwork means that it is in another network namespace, such as a container's: its
	// ports are not those of this machine.
	OtherNetwork bool
}

// Program is the build information of an executable.
type Program struct {
	GoVersion string // "go1.26.8"
	Module    string // path of the main module, else of the main package
	Version   string // of the main module, else the revision; may be empty
}

// Listener is a socket that a process listens on.
type Listener struct {
	Network string // "tcp" or "unix"
	// Address is how the socket is reached from this machine: "127.0.0.1:6060", or a path.
	Address string
	// ServesPprof means that it answered with the index page of net/http/pprof.
	ServesPprof bool
}

// Target returns the listener as an argument of the command line.
func (l Listener) Target() string {
	if l.Network == "unix" {
		return "unix:" + l.Address
	}
	return l.Address
}

// Label returns the listener in a few characters: ":6060", or the path of a unix socket.
func (l Listener) Label() string {
	if _, port, err := net.SplitHostPort(l.Address); err == nil && l.Network == "tcp" {
		return ":" + port
	}
	return l.Target()
}

// Pprof returns the listener that serves pprof; ok is false if none does.
func (p Process) Pprof() (l Listener, ok bool) {
	for _, l := range p.Listeners {
		if l.ServesPprof {
			return l, true
		}
	}
	return Listener{}, false
}

// Used returns the memory that the process uses in bytes: resident, and swapped out.
func (p Process) Used() uint64 { return p.Memory.RSS + p.Memory.Swap }

// Key identifies the process until the machine restarts; process IDs alone are reused.
func (p Process) Key() string {
	return strconv.Itoa(p.PID) + " " + strconv.FormatInt(p.Start.Unix(), 10)
}

// Target returns the process as an argument of the command line.
func (p Process) Target() string { return "pid:" + strconv.Itoa(p.PID) }

// Scan is what a scanner found.
type Scan struct {
	Time      time.Time
	Processes []Process // those that use the most memory first
	// Hidden counts the processes that cannot be examined because they belong to other
	// users. Some of them may be Go programs.
	Hidden int
}

// The reasons why scanner.Find fails. For a process of another user it is
// [io/fs.ErrPermission].
var (
	ErrNoProcess   = errors.New("there is no such process")
	ErrNotGo       = errors.New("it is not a Go program")
	ErrUnsupported = errors.New("this system has no /proc: only Linux does")
)
