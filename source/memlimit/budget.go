package memlimit

import (
	"math"
	"os"
	"runtime/debug"
)

// Bounds of the soft limit that leaktop chooses. An hour's history of a large service
// takes 200 MB. In a small container leaktop uses half of the memory.
const (
	maxSoft = 1 << 30  // bytes
	minSoft = 64 << 20 // bytes, the minimum for the user interface
)

// hardPerSoft is the hard limit as a multiple of the soft one, which the garbage
// collector may exceed for a while.
const hardPerSoft = 2

// Budget has the memory limits of this process in bytes.
type Budget struct {
	Soft int64 // limit of the garbage collector; math.MaxInt64 means none
	Hard int64 // limit of the kernel, above the memory at the start; 0 means none
	// From is the origin of Soft: "GOMEMLIMIT", or empty if leaktop chose it.
	From string
}

// budgetFor computes the budget from the available bytes (0 if unknown), unless the
// user has set a limit.
func budgetFor(available uint64, set int64, isSet bool) Budget {
	if isSet {
		b := Budget{Soft: set, From: "GOMEMLIMIT"}
		if set < math.MaxInt64/hardPerSoft {
			b.Hard = max(hardPerSoft*set, hardPerSoft*minSoft)
		}
		return b
	}
	soft := int64(maxSoft)
	if available > 0 {
		soft = int64(min(available/2, maxSoft))
	}
	soft = max(soft, minSoft)
	return Budget{Soft: soft, Hard: hardPerSoft * soft}
}

// Apply limits the memory of this process and of its children, and returns the budget.
// It ignores errors.
func Apply() Budget {
	b := budgetFor(availableMemory(), debug.SetMemoryLimit(-1), os.Getenv("GOMEMLIMIT") != "")
	debug.SetMemoryLimit(b.Soft)
	if b.Hard > 0 && setHardLimit(b.Hard) != nil {
		b.Hard = 0
	}
	return b
}
