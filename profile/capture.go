package profile

import "time"

// Capture is one profile as the target sent it, before anything is understood.
type Capture struct {
	Kind Kind
	Time time.Time // when the first byte came, by the watcher's clock
	Data []byte    // the body: gzipped or plain protobuf, or legacy text
	// Took is the time from the request to the last byte.
	Took time.Duration
	// Seconds is how long a timed profile was collected; 0 for the others.
	Seconds int
	// GC says that a collection was asked for just before.
	GC bool
	// Debug is 2 for goroutines as text, with their states; 0 for a profile.
	Debug int
}

// Profiles can't be older than Go. Between these two times, differences fit into
// a time.Duration and times into nanoseconds of 64 bits.
var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

// IsPlausible reports whether something can have happened at a time: a damaged or
// hostile file may have any.
func IsPlausible(t time.Time) bool { return t.After(earliest) && t.Before(latest) }
