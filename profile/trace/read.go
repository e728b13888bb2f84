package trace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/exp/trace"

	"github.com/leaktop/leaktop/profile"
)

// Bounds on the cost of an untrusted trace. Three seconds of a service under 2,000
// requests per second are 20 to 40 MiB.
const (
	maxSize    = 64 << 20
	maxStarted = 1 << 18 // goroutines
	maxBirths  = 4096    // distinct births
	maxDepth   = 128     // frames per stack
	checkEvery = 4096    // events between checks of ctx
)

// MaxCreators is the number of creations followed back from a goroutine: its own,
// that of the goroutine that started it, and so on.
const MaxCreators = 4

// Trace has the goroutines that were started during an execution trace.
type Trace struct {
	// Births are the goroutines that exist at the end, grouped by how they were
	// created and where they are; the most frequent first.
	Births    []Birth
	Started   int           // goroutines started
	Ended     int           // goroutines started and ended during the trace
	Span      time.Duration // from the first event to the last
	Truncated bool          // only the beginning was read: the trace ended early, or a bound was reached
}

// Birth is a group of goroutines that were created in the same way.
type Birth struct {
	Entry string // the function that they run: "net/http.(*persistConn).readLoop"
	N     int    // number of goroutines
	// WaitStack is where they last waited, leaf first; empty if they never did.
	WaitStack []profile.Place
	// CreationStacks has the stacks of their creation, each leaf first: their own, then
	// their creator's and so on, as far as the trace shows them. It has at most
	// [MaxCreators] stacks.
	CreationStacks [][]profile.Place
}

// Read reads a trace. Of a damaged or truncated trace it returns the good part; it
// fails only if nothing can be read, or if ctx ends.
func Read(ctx context.Context, data []byte) (t Trace, err error) {
	if len(data) > maxSize {
		return Trace{}, fmt.Errorf("read the execution trace: it is larger than %d MiB: use a shorter trace", maxSize>>20)
	}
	if isBeforeGo122(data) {
		return Trace{}, errors.New("read the execution trace: the target uses Go 1.21 or older, whose traces do not show reliably what starts goroutines")
	}
	f := newCollector()
	// The library documents that a damaged trace may make it panic.
	defer func() {
		if p := recover(); p != nil {
			t, err = f.result(fmt.Errorf("it is damaged (%v)", p))
		}
	}()
	r, err := trace.NewReader(bytes.NewReader(data))
	if err != nil {
		return Trace{}, fmt.Errorf("read the execution trace: %w", err)
	}
	for n := 0; ; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return Trace{}, fmt.Errorf("read the execution trace: %w", context.Cause(ctx))
		}
		ev, err := r.ReadEvent()
		if errors.Is(err, io.EOF) {
			return f.result(nil)
		}
		if err != nil {
			return f.result(err)
		}
		if !f.addEvent(ev) {
			f.truncated = true
			return f.result(nil)
		}
	}
}

// isBeforeGo122 reports whether a trace has the format before Go 1.22, whose reader is not
// bounded.
func isBeforeGo122(data []byte) bool {
	var minor int
	_, err := fmt.Sscanf(string(data[:min(len(data), 16)]), "go 1.%d trace", &minor)
	return err == nil && minor < 22
}
