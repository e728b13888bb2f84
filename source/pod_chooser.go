package source

import (
	"context"

	"github.com/leaktop/leaktop/source/kube"
)

// PodChooser is a Source whose target names several processes, such as the pods of a
// deployment, one of which is watched.
type PodChooser interface {
	// Choices lists the current candidates, the best first.
	Choices(ctx context.Context) ([]kube.Candidate, error)
	// Choose switches to another one. It sends an EventRestart, because nothing is
	// compared across the switch. If the candidate does not serve pprof, Choose
	// fails and the watch continues as before.
	Choose(ctx context.Context, c kube.Candidate) error
	// Current returns the name of the one that is being watched.
	Current() string
}

// OpenReporter is a Source that made choices while it was opened that the user should
// know about: which of several pods, which port.
type OpenReporter interface {
	// OpenRemarks returns sentences, the most important first. A watch also sends them
	// as events.
	OpenRemarks() []string
}
