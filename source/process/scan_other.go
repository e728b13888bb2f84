//go:build !linux

package process

import (
	"context"
	"fmt"
)

// Scanner finds nothing: this system has no /proc.
type Scanner struct{}

// NewScanner returns a scanner whose scans fail with [ErrUnsupported].
func NewScanner() *Scanner { return &Scanner{} }

// Scan fails with [ErrUnsupported].
func (*Scanner) Scan(context.Context) (Scan, error) {
	return Scan{}, fmt.Errorf("list processes: %w", ErrUnsupported)
}

// ProgramOf fails with [ErrUnsupported].
func ProgramOf(pid int) (Program, error) {
	return Program{}, fmt.Errorf("read program of process %d: %w", pid, ErrUnsupported)
}

// Find fails with [ErrUnsupported].
func (*Scanner) Find(_ context.Context, pid int) (Process, error) {
	return Process{}, fmt.Errorf("find process %d: %w", pid, ErrUnsupported)
}
