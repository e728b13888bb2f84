package source

import (
	"context"

	"github.com/leaktop/leaktop/source/kube"
)

// Chooser is a Source whose target stands for several processes, the pods of a
// deployment, of which one is watched.
type Chooser interface {
	// Choices lists them as they are now, the best first.
	Choices(ctx context.Context) ([]kube.Candidate, error)
	// Choose goes on with another one; an EventRestart says so, for nothing is
	// compared across it. Where that one does not serve pprof, the error says why
	// and the watch goes on as before.
	Choose(ctx context.Context, c kube.Candidate) error
	// Chosen is the name of the one that is watched now.
	Chosen() string
}

// Remarker is a Source that settled something while it was opened which the
// user should know: which of several pods it is, on which port.
type Remarker interface {
	// Remarks are sentences, the weightiest first. A watch sends them too, as
	// events.
	Remarks() []string
}
