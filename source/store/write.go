package store

import (
	"context"
	"time"
)

// Sample is one profile to write to a store.
type Sample struct {
	// Name is what stores call the profile: "memory" for the heap, "goroutine".
	Name   string
	Labels Labels
	Time   time.Time
	Data   []byte // pprof, gzipped
}

// Writer writes to a store.
type Writer interface {
	// Write sends one profile. Its error is like that of a [Requester].
	Write(ctx context.Context, s Sample) error
}
