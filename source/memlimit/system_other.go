//go:build !linux

package memlimit

import "errors"

// availableMemory returns 0, unknown on this system, so the largest budget applies.
func availableMemory() uint64 { return 0 }

// setHardLimit fails: on this system the limit would count what Go only reserves.
func setHardLimit(int64) error { return errors.ErrUnsupported }
