// Package dep stands for a dependency: its functions say that they were compiled
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

// Append adds a point of so many bytes.
//
//go:noinline
func (s *Series) Append(at uint64, size int) {
	p := &point{at: at, value: make([]byte, size)}
	s.points = append(s.points, p)
}

// Reporter collects what nobody fetches.
type Reporter struct{ queue [][]byte }

// StartReporter collects so many bytes a second, from a goroutine of its own.
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

// Stream is the reading side of a stream, as an RPC library has it.
type Stream struct {
	frames chan []byte
	done   chan struct{}
}

// NewStream returns a stream whose reader runs.
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
