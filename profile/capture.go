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
