package memlimit

import (
	"math"
	"os"
	"runtime/debug"
)

// The bounds of what leaktop takes without being asked. An hour's history of a
// large service takes 200 MB; with half of a small container there is room for
// the other half of it.
const (
	MaxSoft = 1 << 30  // bytes
	MinSoft = 64 << 20 // bytes, less than which no view fits into
)

// hardPerSoft is how much the kernel lets through: the collector may be late.
const hardPerSoft = 2

// Budget is how much memory this process may take, in bytes.
type Budget struct {
	Soft int64 // the collector's limit; math.MaxInt64 for none
	Hard int64 // the kernel's, on top of what the process had at its start; 0 for none
	// From says whose limit Soft is: "GOMEMLIMIT", or that of leaktop itself if
	// it is empty.
	From string
}

// budgetFor divides what is available, in bytes (0: not known), unless the user
// has set a limit.
func budgetFor(available uint64, set int64, isSet bool) Budget {
	if isSet {
		b := Budget{Soft: set, From: "GOMEMLIMIT"}
		if set < math.MaxInt64/hardPerSoft {
			b.Hard = max(hardPerSoft*set, hardPerSoft*MinSoft)
		}
		return b
	}
	soft := int64(MaxSoft)
	if available > 0 {
		soft = int64(min(available/2, MaxSoft))
	}
	soft = max(soft, MinSoft)
	return Budget{Soft: soft, Hard: hardPerSoft * soft}
}

// Apply limits the memory of this process and of what it starts, and returns the
// budget. A limit that can't be set is none.
func Apply() Budget {
	b := budgetFor(available(), debug.SetMemoryLimit(-1), os.Getenv("GOMEMLIMIT") != "")
	debug.SetMemoryLimit(b.Soft)
	if b.Hard > 0 && setHardLimit(b.Hard) != nil {
		b.Hard = 0
	}
	return b
}
