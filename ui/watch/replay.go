package watch

import (
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Replay is where the replay of a recording stands.
type Replay struct {
	From, To time.Time // of the recording
	At       time.Time // the moment that is shown
	Playing  bool
	Speed    float64 // 1 is the pace at which it was recorded
	// Loaded is the part of what is known at this moment that was read, up to 1:
	// the moment is shown before that, and gets finer.
	Loaded float64
	// Event is what was jumped to, nil if it was something else; Jumps counts.
	Event *profile.Event
	Jumps int
	// Marks are the moments at which something happened.
	Marks []time.Time
}
