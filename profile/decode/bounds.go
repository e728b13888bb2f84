package decode

import (
	"errors"
	"fmt"
)

// Bounds on what one profile from outside may cost this process: at most about 128
// MB and 2 s, whatever the bytes are. The largest heap profile measured (41,000
// samples, 1.1 million frames) unpacks to 2.4 MB.
const (
	// MaxSize is the maximum size of a profile in bytes, both as stored and fully
	// unpacked.
	MaxSize = 32 << 20
	// maxLayers is how many times a profile may be gzipped: once by the service, and
	// once more by whoever stored it.
	maxLayers = 2
	// MaxMemory is the maximum estimated size of a decoded profile in bytes.
	MaxMemory = 96 << 20
	// maxTotalFrames bounds the frames of all samples, inlined calls included.
	maxTotalFrames = 4 << 20
	// maxText bounds the bytes of names that are read, counting a name each time it
	// is referenced.
	maxText = 64 << 20
	// maxTypes bounds the sample types.
	maxTypes = 64
)

// Bounds on the columns: together they take at most 64 MB.
const (
	MaxEntries = 500_000 // samples, locations, functions, mappings and strings
	MaxFields  = 4 << 20 // these, and whatever else there is at the top
	MaxLines   = 500_000
	MaxRefs    = 4 << 20
	MaxValues  = 2 << 20
)

// ErrTooLarge means that a profile exceeds what leaktop reads; the error that wraps
// it names the bound.
var ErrTooLarge = errors.New("the profile is larger than leaktop reads")

func tooLarge(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrTooLarge, fmt.Sprintf(format, args...))
}
