package session

import (
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Replay is the position of the replay of a recording.
type Replay struct {
	From, To time.Time // of the recording
	At       time.Time // the moment that is shown
	Playing  bool
	Speed    float64 // 1 is real time
	// Loaded is the share of the data up to this moment that has been read, up to 1:
	// the moment is shown earlier, and becomes more precise.
	Loaded float64
	// Event is the target of the last jump, nil if the last move was not a jump;
	// Jumps counts jumps.
	Event *profile.Event
	Jumps int
	// Marks are the times of Events, which has the events of the whole recording as far
	// as known.
	Marks  []time.Time
	Events []profile.Event
	// Before and After are the polls next to the moment; zero at the ends.
	Before, After time.Time
	// Pair means that the recording is two profiles, the first of which is the
	// baseline.
	Pair bool
	// IsStore means that the profiles come from a store, and IsLive that the end is shown,
	// which advances as profiles reach the store.
	IsStore, IsLive bool
	// File is the name of the recording or of the profiles. IsFiles means profile
	// files, not a recording.
	File    string
	IsFiles bool
	// Polls is the number of profiles of each polled kind in the whole recording.
	Polls map[profile.Kind]int
}

// speeds are the available replay speeds.
var speeds = []float64{1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600}

const (
	// firstSpeed is the index of the lowest initial speed, which shows an hour in two
	// minutes.
	firstSpeed = 4
	// replayTime is about how long a replay takes at the initial speed.
	replayTime = 2 * time.Minute
)

// initialSpeed returns the index of the speed at which a replay begins.
func initialSpeed(span time.Duration) int {
	i := firstSpeed
	for i < len(speeds)-1 && span.Seconds() > 1.1*speeds[i]*replayTime.Seconds() {
		i++
	}
	return i
}
