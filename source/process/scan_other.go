//go:build !linux

package process

import (
	"context"
	"fmt"
)

// IsSupported reports whether processes can be listed on this system.
const IsSupported = false

// scanner finds nothing: this system has no /proc.
type scanner struct{}

// NewScanner returns a scanner whose scans fail with [ErrUnsupported].
func NewScanner() *scanner { return &scanner{} }

// Scan fails with [ErrUnsupported].
func (*scanner) Scan(context.Context) (Scan, error) {
	return Scan{}, fmt.Errorf("list processes: %w", ErrUnsupported)
}

// ProgramOf fails with [ErrUnsupported].
func ProgramOf(pid int) (Program, error) {
	return Program{}, fmt.Errorf("read program of process %d: %w", pid, ErrUnsupported)
}

// Find fails with [ErrUnsupported].
func (*scanner) Find(_ context.Context, pid int) (Process, error) {
	return Process{}, fmt.Errorf("find process %d: %w", pid, ErrUnsupported)
}
