package fleet

import (
	"context"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/target"
)

// Target is one process to watch.
type Target struct {
	// ID identifies the process: different processes have different IDs.
	ID string
	// Name is the target for display, without secrets.
	Name string
	// Facts are what is known about it without a response.
	Facts profile.Facts
	// Zone is the zone of its node, and Cluster the context of its cluster; empty if
	// unknown.
	Zone, Cluster string
	// CPU is what it uses, in cores; 0 if unknown.
	CPU float64
	// ExitReason is how its last process ended, as in "OOMKilled"; empty if unknown.
	ExitReason string
	// Removed says why it was removed, as in "Evicted: The node was low on resource:
	// memory."; empty if unknown.
	Removed string
	// HasEnded means that it no longer runs, although it is still listed.
	HasEnded bool
	// Left is when it left the fleet that was recorded; zero if it did not.
	Left time.Time
	// Obstacle says why it cannot be watched now, as in "CrashLoopBackOff"; empty if
	// nothing is known to be wrong.
	Obstacle string
	// Open opens its source. It is called again, after a pause, if it fails.
	Open func(ctx context.Context, o source.Options) (source.Source, error)
}

// Found is what a [Finder] knows now.
type Found struct {
	Targets []Target
	// Omitted is how many more there are than a fleet watches.
	Omitted int
	// Diagnostics are problems of finding.
	Diagnostics []profile.Diagnostic
}

// Finder finds the processes of a fleet.
type Finder interface {
	// Name returns what the fleet is, for display.
	Name() string
	// Find sends all targets, and again whenever they change, until ctx ends. It returns
	// early if they can no longer change. The error says why nothing can be found.
	Find(ctx context.Context, send func(Found)) error
}

// Static is a Finder of targets that do not change.
type Static struct {
	Title   string
	Targets []Target
}

// Name returns the title.
func (s Static) Name() string { return s.Title }

// Find sends the targets.
func (s Static) Find(_ context.Context, send func(Found)) error {
	send(new(choice).limit(s.Targets))
	return nil
}

// OfTargets returns the finder of the targets of the command line.
func OfTargets(title string, targets []target.Target) Static {
	s := Static{Title: title}
	for i, t := range targets {
		s.Targets = append(s.Targets, Target{
			ID: strconv.Itoa(i+1) + " " + t.Name, Name: t.Name,
			Open: func(ctx context.Context, o source.Options) (source.Source, error) { return source.Open(ctx, t, o) },
		})
	}
	return s
}
