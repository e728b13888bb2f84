package profile

import (
	"errors"
	"fmt"
)

// Bounds on what one profile from outside may make of this process: at most
// about 128 MB and 2 s, whatever the bytes are. The largest heap profile measured
// (41,000 samples, 1.1 million frames) unpacks to 2.4 MB.
const (
	// MaxSize is the most bytes of a profile, both as stored and after all
	// unpacking.
	MaxSize = 32 << 20
	// maxLayers is how often a profile may be gzipped: once by the service, and
	// once more by whoever stored it.
	maxLayers = 2
	// maxMemory is the most bytes that a decoded profile may take, as weighed.
	maxMemory = 96 << 20
	// maxTotalFrames bounds the frames of all samples, inlined calls included.
	maxTotalFrames = 4 << 20
	// maxText bounds the bytes of names that are read, each as often as it is
	// referred to.
	maxText = 64 << 20
	// maxTypes bounds the sample types.
	maxTypes = 64
)

// ErrTooLarge says that a profile is beyond what leaktop reads; the error that
// wraps it names the bound.
var ErrTooLarge = errors.New("the profile is larger than leaktop reads")

func tooLarge(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrTooLarge, fmt.Sprintf(format, args...))
}
