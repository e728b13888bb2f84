//go:build !linux

package memlimit

import "errors"

// availableMemory is not known on this system, so the largest budget holds.
func availableMemory() uint64 { return 0 }

// setHardLimit is not possible on this system: it counts what Go only reserves.
func setHardLimit(int64) error { return errors.ErrUnsupported }
