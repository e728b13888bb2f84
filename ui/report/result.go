package report

import (
	"time"

	"github.com/leaktop/leaktop/profile/leak"
)

// Result is what is to be reported, whatever the format.
type Result struct {
	Target    string    // as the user knows it; no secrets
	From, To  time.Time // of what was watched, by the times of the profiles
	Polls     int
	Cost      float64 // share of one core of the target; 0 if it is not known
	LimitFrom string  // where the memory limit comes from; may be empty
	Report    leak.Report
	Next      string // what would decide it; empty if the caveat says so
}
