package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/leak/ignore"
	"github.com/leaktop/leaktop/ui/report"
)

// Exit codes of [Run].
const (
	ExitSteady     = 0
	ExitLeak       = 1
	ExitUnobserved = 2 // no profile arrived, or a request cannot be fulfilled
	ExitUndecided  = 3 // too little data, or growth that is too young to judge
)

// The values of Options.FailOn.
const (
	FailOnLeak      = "leak"
	FailOnUndecided = "undecided"
)

// DefaultFor is how long a live target is watched by default: growth must last for
// 90 s to be called a leak.
const DefaultFor = 2 * time.Minute

// firstProfileTimeout is how long a target may take to send its first profile.
const firstProfileTimeout = 30 * time.Second

// firstWithin returns how long to wait for the first profile.
func (o Options) firstWithin() time.Duration { return min(firstProfileTimeout, o.For) }

// Options configures a check.
type Options struct {
	// For is how long a live target is watched, from its first profile on.
	For time.Duration
	// Format is one of [report.Formats].
	Format string
	// Load is a shell command that is run twice, with a garbage collection before,
	// between and after; empty for none.
	Load string
	// Recording means that the source ends by itself: all of it is judged.
	Recording bool
	// Cost is the share of one core of the target that the check may use; requests
	// that cost more are not made.
	Cost float64
	// Interval is the minimum time between two polls, as the user set it.
	Interval time.Duration
	// NoTrace forbids execution traces.
	NoTrace bool
	// FailOn is what makes the check fail: FailOnUndecided, the default, or
	// FailOnLeak, with which an undecided check ends with [ExitSteady].
	FailOn string
	// Ignored are the functions whose growth does not affect the verdict.
	Ignored ignore.List
	// Version is that of leaktop, for the report.
	Version string
	// Workspace is the folder of the repository whose pull requests are annotated, if
	// the check runs in a workflow of GitHub Actions; else empty.
	Workspace string
	// Prove requests the goroutines that the runtime proves to be leaked, whatever
	// that costs.
	Prove bool

	// idle is how long a service rests after a load before it counts as idle, and
	// sampleGap the time between samples then; 0 means the default.
	idle, sampleGap time.Duration
}

// The defaults of the above.
const (
	defaultIdle      = 4 * time.Second
	defaultSampleGap = time.Second
)

// Validate returns an error that names the wrong option as the user's flag.
func (o Options) Validate() error {
	if !slices.Contains(report.Formats(), o.Format) {
		return fmt.Errorf("--format %q: must be one of %s", o.Format, strings.Join(report.Formats(), ", "))
	}
	if o.FailOn != "" && o.FailOn != FailOnLeak && o.FailOn != FailOnUndecided {
		return fmt.Errorf("--fail-on %q: must be %s or %s", o.FailOn, FailOnLeak, FailOnUndecided)
	}
	if o.For < time.Second {
		return fmt.Errorf("--for %v: the minimum is 1s; a verdict needs 90s", o.For)
	}
	if o.Load != "" && o.Recording {
		return fmt.Errorf("--load: a recording cannot be put under load; give the address of a running service")
	}
	return nil
}
