//go:build !linux

package process

import (
	"errors"

	"github.com/leaktop/leaktop/profile/memory"
)

// Listening finds no process: this system has no /proc.
func Listening(int) (pid int, ok bool) { return 0, false }

// Memory fails.
func Memory(int) (memory.Reading, error) {
	return memory.Reading{}, errors.New("read memory of a process: this system has no /proc")
}

// AddChildren adds nothing.
func AddChildren(*memory.Reading, int) {}

// AddRemoved adds nothing.
func AddRemoved(*memory.Reading, int) {}

// Command returns "".
func Command(int) string { return "" }

// MemoryCgroup returns the memory limit that applies to a process; ok is false here.
func MemoryCgroup(int) (c Cgroup, ok bool) { return Cgroup{}, false }
