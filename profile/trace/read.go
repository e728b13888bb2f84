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

// Bounds on what a trace from outside may cost. Three seconds of a service
// under 2,000 requests a second are 20 to 40 MiB.
const (
	maxSize    = 64 << 20
	maxStarted = 1 << 18 // goroutines that are followed
	maxBirths  = 4096    // different ways to come to be that are kept
	maxDepth   = 128     // frames of a stack
	checkEvery = 4096    // events between two looks at ctx
)

// MaxCreators is how far back creation is followed: a goroutine, the one that
// started it, the one that started that one, and so on.
const MaxCreators = 4

// Trace is what a trace tells of the goroutines that were started in it.
type Trace struct {
	// Births are the goroutines still there at the end, together by how they
	// came to be and where they are; the most frequent first.
	Births  []Birth
	Started int           // goroutines that were started
	Ended   int           // of those, how many ended before the trace did
	Span    time.Duration // from the first event to the last
	Cut     bool          // the trace ended early, or a bound was reached: what is told is of its beginning
}

// Birth is one way in which goroutines came to be.
type Birth struct {
	Entry string // the function they begin with: "net/http.(*persistConn).readLoop"
	N     int    // how many
	// Waits is where they waited last, leaf first; empty if they never did.
	Waits []profile.Place
	// Chain has the stacks of their creation, leaf first each: that of their
	// own, that of their creator's and so on, as far as the trace saw it,
	// [MaxCreators] at most.
	Chain [][]profile.Place
}

// Read reads a trace. A trace that is cut off or damaged within is read as far
// as it is good; the error is for one of which nothing can be read, and for the
// end of ctx.
func Read(ctx context.Context, data []byte) (t Trace, err error) {
	if len(data) > maxSize {
		return Trace{}, fmt.Errorf("read the execution trace: it is larger than %d MiB: trace for a shorter time", maxSize>>20)
	}
	if old(data) {
		return Trace{}, errors.New("read the execution trace: it is of Go 1.21 or older, which does not tell who starts goroutines well enough")
	}
	f := newFollower()
	// The library checks what it reads, but says itself that a damaged trace
	// may make it panic.
	defer func() {
		if p := recover(); p != nil {
			t, err = f.end(fmt.Errorf("it is damaged (%v)", p))
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
			return f.end(nil)
		}
		if err != nil {
			return f.end(err)
		}
		if !f.take(ev) {
			f.cut = true
			return f.end(nil)
		}
	}
}

// old tells traces in the format of before Go 1.22, whose reader has no bounds.
func old(data []byte) bool {
	var minor int
	_, err := fmt.Sscanf(string(data[:min(len(data), 16)]), "go 1.%d trace", &minor)
	return err == nil && minor < 22
}
