package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/ui/report"
)

// Exit codes of [Run].
const (
	ExitSteady     = 0
	ExitLeak       = 1
	ExitUnobserved = 2 // no profile came, or what was asked for cannot be done
	ExitUndecided  = 3 // too little data, or growth that is too young to tell
)

// DefaultFor is how long a live target is watched: growth must last for 90 s to
// be called a leak.
const DefaultFor = 2 * time.Minute

// firstProfileTimeout is how long a target may take to send its first profile.
const firstProfileTimeout = 30 * time.Second

// firstWithin returns how long is waited for the first profile.
func (o Options) firstWithin() time.Duration { return min(firstProfileTimeout, o.For) }

// Options is how a check is done.
type Options struct {
	// For is how long a live target is watched, from its first profile on.
	For time.Duration
	// Format is one of [report.Formats].
	Format string
	// Load is a shell command that is run twice meanwhile, with a collection
	// before, between and after; empty for none.
	Load string
	// Recording says that the source ends by itself: all of it is judged.
	Recording bool
	// Cost is the share of one core of the target that the check may take;
	// what costs more is not asked for.
	Cost float64
	// Interval is the least time between two polls, as the user has it.
	Interval time.Duration
	// NoTrace forbids execution traces.
	NoTrace bool
	// Prove asks for the goroutines that the runtime proves to be leaked,
	// whatever that costs.
	Prove bool

	// How long a service is left alone after a load before it counts as idle,
	// and how far apart the looks at it then are; 0 for what is usual.
	idle, sampleGap time.Duration
}

// What is usual.
const (
	defaultIdle      = 4 * time.Second
	defaultSampleGap = time.Second
)

// Validate says what is wrong with the options, as the user's flags call them.
func (o Options) Validate() error {
	if !slices.Contains(report.Formats(), o.Format) {
		return fmt.Errorf("--format %q: it is one of %s", o.Format, strings.Join(report.Formats(), ", "))
	}
	if o.For < time.Second {
		return fmt.Errorf("--for %v: the least is 1s; a verdict needs 90s", o.For)
	}
	if o.Load != "" && o.Recording {
		return fmt.Errorf("--load: a recording cannot be put under load; give the address of a running service")
	}
	return nil
}
