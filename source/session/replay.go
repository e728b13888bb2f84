package session

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
	// Pair says that it is two profiles, of which the first is the baseline.
	Pair bool
}

// speeds are what a replay can be played at.
var speeds = []float64{1, 2, 5, 10, 30, 60, 120, 300, 600}

// firstSpeed shows a watch of an hour in two minutes.
const firstSpeed = 4
