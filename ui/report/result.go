package report

import (
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
)

// Result is the content of a report in any format.
type Result struct {
	Target    string    // target for display, without secrets
	From, To  time.Time // times of the first and the last profile
	Polls     int
	Cost      float64 // share of one core of the target; 0 if unknown
	LimitFrom string  // where the memory limit comes from; may be empty
	GoVersion string  // that the target was built with; may be empty
	Module    string  // path of its main module; may be empty
	Version   string  // of leaktop; may be empty
	// FailOnUndecided means that an undecided verdict fails the check.
	FailOnUndecided bool
	Report          leak.Report
	Past            *session.Past // what a metrics store has of the days before; nil without
	Held            []string      // the groups of a single goroutine profile, largest first
	Next            string        // what to do to get a verdict; empty if the caveat says it
}
