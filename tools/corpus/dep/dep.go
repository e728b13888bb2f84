// Package dep imitates a dependency: its line directives claim that it was compiled
// from the module cache.
package dep

import "time"

//line /go/pkg/mod/example.com/metrics@v1.4.2/series.go:1

// Series is a time series.
type Series struct{ points []*point }

type point struct {
	at    uint64
	value []byte
}

// NewSeries returns an empty series.
func NewSeries() *Series { return &Series{} }

// Append adds a point with a number of bytes.
//
//go:noinline
func (s *Series) Append(at uint64, size int) {
	p := &point{at: at, value: make([]byte, size)}
	s.points = append(s.points, p)
}

// Reporter collects data that is never fetched.
type Reporter struct{ queue [][]byte }

// StartReporter collects a number of bytes per second, in its own goroutine.
func StartReporter(perSecond int) *Reporter {
	r := &Reporter{}
	go r.loop(perSecond)
	return r
}

func (r *Reporter) loop(perSecond int) {
	for range time.Tick(100 * time.Millisecond) {
		for range 10 {
			r.collect(perSecond / 100)
		}
	}
}

//go:noinline
func (r *Reporter) collect(size int) { r.queue = append(r.queue, make([]byte, size)) }

// Stream is the receiving side of a stream, like that of an RPC library.
type Stream struct {
	frames chan []byte
	done   chan struct{}
}

// NewStream returns a stream and starts its reader.
func NewStream() *Stream {
	s := &Stream{frames: make(chan []byte), done: make(chan struct{})}
	go s.readLoop()
	return s
}

func (s *Stream) readLoop() {
	for {
		select {
		case <-s.frames:
		case <-s.done:
			return
		}
	}
}

// Recv waits for a message.
func (s *Stream) Recv() []byte {
	select {
	case m := <-s.frames:
		return m
	case <-s.done:
		return nil
	}
}

// Close ends the stream.
func (s *Stream) Close() { close(s.done) }
