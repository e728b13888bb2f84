package profile

import "time"

// Capture is one profile as the target sent it, before decoding.
type Capture struct {
	Kind Kind
	Time time.Time // when the first byte arrived, by leaktop's clock
	Data []byte    // the body: gzipped or plain protobuf, or legacy text
	// Took is the time from the request to the last byte of the response.
	Took time.Duration
	// Seconds is how long a timed profile was collected; 0 for the others.
	Seconds int
	// GC reports that a garbage collection was requested just before.
	GC bool
	// Debug is 2 for goroutines as text, with their states; 0 for a profile.
	Debug int
}

// No profile is older than Go. Between these two times, differences fit into a
// time.Duration and times into 64-bit nanoseconds.
var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

// IsPlausible reports whether t can be the time of an event: a damaged or hostile
// file may contain any time.
func IsPlausible(t time.Time) bool { return t.After(earliest) && t.Before(latest) }
